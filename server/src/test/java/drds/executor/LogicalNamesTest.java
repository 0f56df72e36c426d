package drds.executor;

import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogicalNamesTest {
    private static final Table ORDERS = new Table(
            "orders",
            Table.Kind.SHARDED,
            List.of(),
            List.of(),
            null,
            List.of(new Partition(0, "g0", "shop_0000", "orders_00"), new Partition(1, "g0", "shop_0000", "orders_01")),
            1);
    private static final LogicalNames NAMES = new LogicalNames(new Catalog(
            1,
            Map.of(),
            "g0",
            Map.of(
                    "shop",
                    new Database(
                            "shop",
                            "utf8mb4",
                            "utf8mb4_general_ci",
                            List.of(new Database.Shard(0, "shop_0000", "g0")),
                            Map.of("orders", ORDERS),
                            Map.of())),
            Map.of()));

    @Test
    void partitionsAndAliasesGetTheirLogicalNames() {
        assertThat(NAMES.in("Table 'shop_0000.orders_01' doesn't exist"))
                .isEqualTo("Table 'shop.orders' doesn't exist");
        assertThat(NAMES.in("fails (`shop_0000`.`orders_00`, CONSTRAINT `c`)"))
                .isEqualTo("fails (`shop`.`orders`, CONSTRAINT `c`)");
        assertThat(NAMES.in("out of range in '`shop_0000`.`o`.`n` + 1'"))
                .isEqualTo("out of range in '`shop`.`o`.`n` + 1'");
    }

    @Test
    void otherNamesStay() {
        assertThat(NAMES.in("Duplicate entry '1.5' for key 'a.b'")).isEqualTo("Duplicate entry '1.5' for key 'a.b'");
    }
}
