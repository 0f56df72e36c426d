package drds.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.Database.Shard;
import drds.catalog.Database.View;
import drds.catalog.GroupDefinition.Instance;
import drds.catalog.GroupDefinition.Replica;
import drds.catalog.Table.Column;
import drds.catalog.Table.Key;
import drds.catalog.Table.Kind;
import drds.catalog.Table.Partition;
import drds.rule.Bytes;
import drds.rule.ClauseReader;
import drds.rule.KeyLiteral;
import drds.rule.KeyValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogStoreTest {
    @TempDir
    Path directory;

    @Test
    void aRestartFindsEverythingAgain() throws Exception {
        Catalog written;
        try (CatalogStore store = CatalogStore.embedded(directory)) {
            assertThat(store.current().version()).isZero();
            written = store.change(CatalogStoreTest::filled);
            assertThat(written.version()).isEqualTo(1);
            assertThat(store.current()).isSameAs(written);
        }
        long begin = System.nanoTime();
        try (CatalogStore store = CatalogStore.embedded(directory)) {
            System.out.println("started again in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
            assertThat(store.current()).isEqualTo(written);
            store.change(catalog -> catalog.withoutDatabase("shop"));
        }
        try (CatalogStore store = CatalogStore.embedded(directory)) {
            assertThat(store.current().version()).isEqualTo(2);
            assertThat(store.current().databases()).isEmpty();
            assertThat(store.current().accounts()).hasSize(2);
        }
    }

    @Test
    void goesOnAfterItsServerCouldNotWrite() throws Exception {
        try (EmbeddedZooKeeper zookeeper = EmbeddedZooKeeper.start(directory);
                CatalogStore store = CatalogStore.ensemble(zookeeper.connectString())) {
            store.change(CatalogStoreTest::filled);
            zookeeper.server().getZooKeeperServerListener().notifyStopping("a thread that writes", 1);
            assertThat(store.change(catalog -> catalog.withoutDatabase("shop")).databases())
                    .isEmpty();
        }
    }

    @Test
    void nodesFollowEachOtherAndConflictsAreTriedAgain() throws Exception {
        try (EmbeddedZooKeeper zookeeper = EmbeddedZooKeeper.start(directory);
                CatalogStore one = CatalogStore.ensemble(zookeeper.connectString());
                CatalogStore two = CatalogStore.ensemble(zookeeper.connectString())) {
            CountDownLatch seen = new CountDownLatch(1);
            two.onChange(catalog -> {
                if (catalog.databases().size() == 20) {
                    seen.countDown();
                }
            });
            List<Thread> threads = new ArrayList<>();
            for (CatalogStore store : List.of(one, two)) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 10; i++) {
                        String name = (store == one ? "one" : "two") + i;
                        store.change(catalog -> catalog.withDatabase(
                                new Database(name, "utf8mb4", "utf8mb4_bin", List.of(), Map.of(), Map.of())));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(two.current().version()).isEqualTo(20);
        }
    }

    @Test
    void manyTablesInOneDatabase() throws Exception {
        try (CatalogStore store = CatalogStore.embedded(directory)) {
            store.change(CatalogStoreTest::filled);
            long begin = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                String name = "table " + i + "/ü";
                store.change(catalog -> {
                    Database shop = catalog.databases().get("shop");
                    Table orders = shop.tables().get("orders");
                    Table copy = new Table(
                            name,
                            orders.kind(),
                            orders.columns(),
                            orders.keys(),
                            orders.rule(),
                            orders.partitions(),
                            0);
                    return catalog.withDatabase(shop.withTable(copy));
                });
            }
            System.out.println("200 changes in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
        }
        long begin = System.nanoTime();
        try (CatalogStore store = CatalogStore.embedded(directory)) {
            System.out.println(
                    "started with 200 tables in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
            assertThat(store.current().databases().get("shop").tables())
                    .hasSize(202)
                    .containsKey("table 7/ü");
        }
    }

    private static Catalog filled(Catalog catalog) {
        List<Column> columns = List.of(
                new Column("Id", "bigint(20) unsigned", "bigint", null, null, false, null, true, false, false, null),
                new Column(
                        "region",
                        "varchar(20)",
                        "varchar",
                        "utf8mb4",
                        "utf8mb4_general_ci",
                        true,
                        "'x'",
                        false,
                        false,
                        false,
                        "now()"));
        List<Key> keys = List.of(new Key("PRIMARY", true, true, List.of("Id"), false));
        ClauseReader reader =
                new ClauseReader(columns.stream().map(Column::key).toList(), List.of("Id"), 4, CatalogStoreTest::bound);
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            partitions.add(new Partition(i, i % 4 < 2 ? "g0" : "g1", "shop_000" + i / 2, "orders_0" + i % 2));
        }
        Table orders = new Table(
                "orders",
                Kind.SHARDED,
                columns,
                keys,
                reader.read("DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2"),
                partitions,
                3);
        Table regions = new Table(
                "regions",
                Kind.SHARDED,
                columns,
                keys,
                reader.read(
                        "PARTITION BY LIST COLUMNS(region) (PARTITION a VALUES IN ('East', 'WEST'), PARTITION b DEFAULT)"),
                partitions.subList(0, 2),
                1);
        Database shop = new Database(
                        "shop",
                        "utf8mb4",
                        "utf8mb4_general_ci",
                        List.of(new Shard(0, "shop_0000", "g0"), new Shard(1, "shop_0001", "g1")),
                        Map.of(),
                        Map.of())
                .withTable(orders)
                .withTable(regions)
                .withView(new View("v", List.of("a", "b"), "SELECT 1, 2"));
        return catalog.withGroups(
                        List.of(
                                new GroupDefinition(
                                        "g1",
                                        new Instance("h", 1, "u", "p"),
                                        List.of(new Replica(new Instance("h", 2, "u", "p"), 3))),
                                new GroupDefinition("g0", new Instance("h", 3, "u", ""), List.of())),
                        "g0")
                .withDatabase(shop)
                .withAccount(new Account(new AccountName("root", "127.0.0.1"), "mysql_native_password", "", true))
                .withAccount(new Account(new AccountName("a/b", "10.%"), "caching_sha2_password", "$A$005$x", false));
    }

    /** As a case-insensitive collation would weigh. */
    private static Optional<KeyValue> bound(KeyLiteral literal, drds.rule.KeyType type) {
        return literal instanceof KeyLiteral.Text(var text)
                ? Optional.of(new KeyValue.Text(
                        text, new Bytes(text.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))))
                : Optional.empty();
    }
}
