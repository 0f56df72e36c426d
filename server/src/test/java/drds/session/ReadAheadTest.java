package drds.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.wire.Loops;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private final Loops loops = Loops.open(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void givesAllInTheirOrderAndEnds() {
        Iterator<Integer> source = List.of(1, 2, 3, 4, 5).iterator();
        List<Integer> taken = new ArrayList<>();
        try (ReadAhead<Integer> ahead =
                new ReadAhead<>(loops.loop(0), () -> source.hasNext() ? source.next() : null, () -> ended.set(true))) {
            for (Integer next = ahead.next(); next != null; next = ahead.next()) {
                taken.add(next);
            }
            assertThat(ahead.next()).isNull();
        }
        assertThat(taken).containsExactly(1, 2, 3, 4, 5);
        assertThat(ended).isTrue();
    }

    @Test
    void throwsWhatTheSourceThrewAfterWhatItGaveBefore() {
        AtomicInteger calls = new AtomicInteger();
        try (ReadAhead<Integer> ahead = new ReadAhead<>(
                loops.loop(0),
                () -> {
                    if (calls.incrementAndGet() == 2) {
                        throw new IllegalArgumentException("the second one");
                    }
                    return 1;
                },
                () -> ended.set(true))) {
            assertThat(ahead.next()).isEqualTo(1);
            assertThatThrownBy(ahead::next).hasMessage("the second one");
        }
        assertThat(ended).isTrue();
    }

    @Test
    void leavesTheSourceAloneOnceItIsClosed() {
        AtomicInteger calls = new AtomicInteger();
        ReadAhead<Integer> ahead = new ReadAhead<>(loops.loop(0), calls::incrementAndGet, () -> ended.set(true));
        assertThat(ahead.next()).isEqualTo(1);
        ahead.close();
        assertThat(ended).isTrue();
        assertThat(calls.get()).isLessThanOrEqualTo(4);
    }
}
