package drds.session;

import static org.assertj.core.api.Assertions.assertThat;

import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InformationSchemaTest {
    private static final TableSizes SIZES = new TableSizes(
            List.of("TABLE_SCHEMA", "TABLE_ROWS", "AVG_ROW_LENGTH"),
            Map.of(new TableSizes.Name("shop", "orders"), new long[] {4, 100, 10, 0}),
            Map.of());
    private static final InformationSchema SCHEMA =
            new InformationSchema(List.of("drds", "shop_0000"), List::of, () -> SIZES, ParserModes.DEFAULT);
    private static final String TABLES =
            "(SELECT * FROM information_schema.`TABLES` WHERE TABLE_SCHEMA NOT IN ('drds', 'shop_0000'))";

    @Test
    void aTableBecomesAFilteredOneOfTheSameName() {
        assertThat(replaced("SELECT TABLE_NAME FROM information_schema.TABLES WHERE x", null))
                .isEqualTo("SELECT TABLE_NAME AS `TABLE_NAME` FROM " + TABLES + " AS `TABLES` WHERE x");
    }

    @Test
    void itsOwnAliasStays() {
        assertThat(replaced("SELECT t.TABLE_NAME FROM information_schema.TABLES t", null))
                .isEqualTo("SELECT t.TABLE_NAME AS `TABLE_NAME` FROM " + TABLES + " t");
    }

    @Test
    void columnsQualifiedByTheSchemaLoseIt() {
        assertThat(replaced("SELECT information_schema.TABLES.TABLE_NAME FROM information_schema.TABLES", null))
                .isEqualTo("SELECT TABLES.TABLE_NAME AS `TABLE_NAME` FROM " + TABLES + " AS `TABLES`");
    }

    @Test
    void theCurrentDatabaseCanBeTheSchema() {
        assertThat(replaced("SELECT 1 FROM tables", "information_schema"))
                .isEqualTo("SELECT 1 FROM (SELECT * FROM information_schema.`tables`"
                        + " WHERE TABLE_SCHEMA NOT IN ('drds', 'shop_0000')) AS `tables`");
    }

    @Test
    void rowCountsAreThePartitionsSums() {
        assertThat(replaced("SELECT TABLE_ROWS FROM information_schema.TABLES", null))
                .isEqualTo("SELECT TABLE_ROWS AS `TABLE_ROWS` FROM (SELECT `TABLE_SCHEMA`,"
                        + " CAST(CASE WHEN TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'orders' THEN 4"
                        + " ELSE TABLE_ROWS END AS UNSIGNED) AS TABLE_ROWS,"
                        + " CAST(CASE WHEN TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'orders' THEN 25"
                        + " ELSE AVG_ROW_LENGTH END AS UNSIGNED) AS AVG_ROW_LENGTH FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA NOT IN ('drds', 'shop_0000')) AS `TABLES`");
    }

    @Test
    void otherTablesStay() {
        for (String sql : new String[] {
            "SELECT 1 FROM information_schema.ENGINES", "SELECT 1 FROM shop.TABLES", "SELECT 1 FROM tables"
        }) {
            assertThat(InformationSchema.occursIn(parse(sql).statement(), "shop"))
                    .as(sql)
                    .isFalse();
        }
    }

    private static String replaced(String sql, String database) {
        ParsedStatement parsed = parse(sql);
        assertThat(InformationSchema.occursIn(parsed.statement(), database)).isTrue();
        return SCHEMA.replaceIn(parsed, database);
    }

    private static ParsedStatement parse(String sql) {
        return new SqlParser(ParserModes.DEFAULT).parse(sql);
    }
}
