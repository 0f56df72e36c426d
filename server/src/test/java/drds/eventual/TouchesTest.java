package drds.eventual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TouchesTest {
    private static final Touches ROW = new Touches(List.of(List.of("shop", "orders", "1")));
    private static final Touches OTHER_ROW = new Touches(List.of(List.of("shop", "orders", "2")));
    private static final Touches TABLE = new Touches(List.of(List.of("shop", "orders")));
    private static final Touches OTHER_TABLE = new Touches(List.of(List.of("shop", "items")));
    private static final Touches DATABASE = new Touches(List.of(List.of("shop")));

    private static boolean waits(Touches later, Touches blocked) {
        Touches.Blocked places = new Touches.Blocked();
        places.add(blocked);
        return places.has(later);
    }

    @Test
    void aRowWaitsForItselfItsTableAndItsDatabase() {
        assertThat(waits(ROW, ROW)).isTrue();
        assertThat(waits(ROW, TABLE)).isTrue();
        assertThat(waits(ROW, DATABASE)).isTrue();
        assertThat(waits(ROW, OTHER_ROW)).isFalse();
        assertThat(waits(ROW, OTHER_TABLE)).isFalse();
    }

    @Test
    void aTableWaitsForEachOfItsRows() {
        assertThat(waits(TABLE, ROW)).isTrue();
        assertThat(waits(DATABASE, ROW)).isTrue();
        assertThat(waits(OTHER_TABLE, ROW)).isFalse();
    }

    @Test
    void isTheSameAfterItWasStored() {
        assertThat(Touches.read(ROW.toBytes())).isEqualTo(ROW);
        assertThat(ROW.shown()).isEqualTo("shop.orders(1)");
        assertThat(TABLE.shown()).isEqualTo("shop.orders");
        assertThat(DATABASE.shown()).isEqualTo("shop.*");
    }
}
