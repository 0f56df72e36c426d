package drds.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GtidsTest {
    @Test
    void reachesWhatLiesBeforeItInEveryDomain() {
        Gtids position = Gtids.parse("0-1-17,1-2-9");
        assertThat(position.reaches(Gtids.parse("0-3-17"))).isTrue();
        assertThat(position.reaches(Gtids.parse("0-1-18"))).isFalse();
        assertThat(position.reaches(Gtids.parse("2-1-1"))).isFalse();
        assertThat(position.reaches(Gtids.NONE)).isTrue();
    }

    @Test
    void moveOnTransactionByTransaction() {
        Gtids next = Gtids.parse("0-1-17").with(new Gtids.Gtid(0, 2, 18));
        assertThat(next).hasToString("0-2-18");
        assertThat(next.ahead(Gtids.parse("0-1-10"))).isEqualTo(8);
    }

    @Test
    void refuseMySqlsSets() {
        assertThatThrownBy(() -> Gtids.parse("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5"))
                .hasMessageContaining("no position");
    }
}
