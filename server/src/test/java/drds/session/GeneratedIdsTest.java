package drds.session;

import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.parser.Insert;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeneratedIdsTest {
    private static final Table TABLE = new Table(
            "t", Table.Kind.SINGLE, List.of(column("id", true), column("v", false)), List.of(), null, List.of(), 1);
    private static final Catalog CATALOG = Catalog.empty()
            .withDatabase(
                    new Database("shop", "utf8mb4", "utf8mb4_general_ci", List.of(), Map.of("t", TABLE), Map.of()));

    @Test
    void leftOutNullAndDefaultAreGenerated() {
        assertThat(of("INSERT INTO t (v) VALUES (1), (2)")).isEqualTo(GeneratedIds.ALL);
        assertThat(of("INSERT INTO t VALUES (NULL, 1), (DEFAULT, 2)")).isEqualTo(GeneratedIds.ALL);
        assertThat(of("INSERT INTO t SET v = 1")).isEqualTo(GeneratedIds.ALL);
        assertThat(of("INSERT INTO t (v) SELECT 1")).isEqualTo(GeneratedIds.ALL);
    }

    @Test
    void numbersAreNot() {
        assertThat(of("INSERT INTO t VALUES (7, 1), (-8, 2)")).isEqualTo(GeneratedIds.NONE);
        assertThat(of("INSERT INTO shop.t SET id = 7")).isEqualTo(GeneratedIds.NONE);
    }

    @Test
    void theRestMustBeAskedFor() {
        assertThat(of("INSERT INTO t VALUES (7, 1), (NULL, 2)")).isEqualTo(GeneratedIds.SOME);
        assertThat(of("INSERT INTO t VALUES (0, 1)")).isEqualTo(GeneratedIds.SOME);
        assertThat(of("INSERT INTO t (id) VALUES (?)")).isEqualTo(GeneratedIds.SOME);
        assertThat(of("INSERT INTO t SELECT 1, 2")).isEqualTo(GeneratedIds.SOME);
    }

    private static GeneratedIds of(String sql) {
        Insert insert = (Insert) new SqlParser(ParserModes.DEFAULT).parse(sql).statement();
        return GeneratedIds.of(insert, CATALOG, "shop");
    }

    private static Table.Column column(String name, boolean autoIncrement) {
        return new Table.Column(
                name, "int(11)", "int", null, null, !autoIncrement, null, autoIncrement, false, false, null);
    }
}
