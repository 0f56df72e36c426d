package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefinitionParserTest {
    private static Statement parse(String sql) {
        return new SqlParser(ParserModes.DEFAULT).parse(sql).statement();
    }

    @Test
    void whatMySqlDoesNotKnowCanBeCutOut() {
        String sql =
                "CREATE TABLE t (id BIGINT AUTO_INCREMENT BY GROUP UNIT COUNT 2 INDEX 1 COMMENT 'x', PRIMARY KEY (id))"
                        + " ENGINE=InnoDB DBPARTITION BY HASH(id) TBPARTITION BY UNI_HASH(id) TBPARTITIONS 4 COMMENT='y'";
        CreateTable create = (CreateTable) parse(sql);
        ColumnAttribute.AutoIncrement auto = create.columns()
                .getFirst()
                .attribute(ColumnAttribute.AutoIncrement.class)
                .orElseThrow();
        assertThat(auto.kind()).isEqualTo(SequenceKind.GROUP);
        assertThat(auto.unitCount()).isEqualTo(2);
        assertThat(auto.unitIndex()).isEqualTo(1);
        String plain = new TextEdits(sql)
                .remove(auto.dialectSpan())
                .remove(create.distribution().span())
                .render();
        assertThat(plain)
                .isEqualTo("CREATE TABLE t (id BIGINT AUTO_INCREMENT COMMENT 'x', PRIMARY KEY (id))"
                        + " ENGINE=InnoDB  COMMENT='y'");
        Distribution.Sharded sharded = (Distribution.Sharded) create.distribution();
        assertThat(sharded.databaseFunction().name()).isEqualTo("HASH");
        assertThat(sharded.tableFunction().columns()).containsExactly("id");
        assertThat(sharded.tables()).isEqualTo(4);
        assertThat(create.primaryKey()).containsExactly("id");
        assertThat(create.option("COMMENT").orElseThrow().value()).isEqualTo("y");
    }

    @Test
    void typesAndAttributesAreTold() {
        CreateTable create = (CreateTable) parse("CREATE TABLE t (a DECIMAL(10, 2) UNSIGNED NOT NULL DEFAULT -1,"
                + " b ENUM('x', 'y''z') CHARACTER SET latin1 COLLATE latin1_bin, c INT AS (a + 1) STORED, d INT KEY)");
        ColumnDefinition a = create.columns().get(0);
        assertThat(a.type().parameters()).containsExactly("10", "2");
        assertThat(a.type().unsigned()).isTrue();
        assertThat(a.has(ColumnAttribute.NotNull.class)).isTrue();
        assertThat(a.attribute(ColumnAttribute.Default.class).orElseThrow().value())
                .isInstanceOf(Expression.Unary.class);
        ColumnDefinition b = create.columns().get(1);
        assertThat(b.type().parameters()).containsExactly("x", "y'z");
        assertThat(b.type().charset().text()).isEqualTo("latin1");
        assertThat(b.type().collation().text()).isEqualTo("latin1_bin");
        assertThat(create.columns()
                        .get(2)
                        .attribute(ColumnAttribute.Generated.class)
                        .orElseThrow()
                        .stored())
                .isTrue();
        assertThat(create.primaryKey()).containsExactly("d");
    }

    @Test
    void globalIndexesAreTold() {
        String sql =
                "CREATE TABLE t (a INT, UNIQUE GLOBAL INDEX g (a) COVERING (b, c) DBPARTITION BY HASH(a), b INT, c INT)";
        IndexDefinition index = ((CreateTable) parse(sql)).indexes().getFirst();
        assertThat(index.kind()).isEqualTo(IndexDefinition.Kind.UNIQUE);
        assertThat(index.global().covering()).extracting(Identifier::text).containsExactly("b", "c");
        assertThat(index.global().distribution().text(sql)).isEqualTo("DBPARTITION BY HASH(a)");
    }

    @Test
    void mySqlPartitionsAreTold() {
        CreateTable create = (CreateTable) parse("CREATE TABLE t (a INT, b INT) PARTITION BY LIST COLUMNS (a, b)"
                + " (PARTITION p0 VALUES IN ((1, 2), (3, 4)), PARTITION p1 DEFAULT)");
        PartitionBy partitions = create.partitionBy();
        assertThat(partitions.kind()).isEqualTo(PartitionBy.Kind.LIST_COLUMNS);
        assertThat(partitions.columns()).extracting(Identifier::text).containsExactly("a", "b");
        PartitionBy.In in = (PartitionBy.In) partitions.definitions().getFirst().values();
        assertThat(in.values()).hasSize(2).allMatch(Expression.Row.class::isInstance);
    }

    @Test
    void actionsOfAlterTableAreSpans() {
        String sql =
                "ALTER TABLE t ADD COLUMN a INT AFTER b, DROP INDEX i, ENGINE=InnoDB, RENAME TO u, DBPARTITION BY HASH(a)";
        AlterTable alter = (AlterTable) parse(sql);
        assertThat(alter.actions())
                .extracting(action -> action.text(sql))
                .containsExactly(
                        "ADD COLUMN a INT AFTER b",
                        "DROP INDEX i",
                        "ENGINE=InnoDB",
                        "RENAME TO u",
                        "DBPARTITION BY HASH(a)");
        assertThat(((AlterAction.RenameTo) alter.actions().get(3)).to().toString())
                .isEqualTo("u");
        assertThat(alter.actions().getLast()).isInstanceOf(AlterAction.Redistribute.class);
    }

    @Test
    void aBodyIsKeptAsASpan() {
        String sql = "CREATE OR REPLACE PROCEDURE db.p (a INT) BEGIN SELECT 1; SELECT 2; END";
        DataDefinition.StoredObject object = (DataDefinition.StoredObject) parse(sql);
        assertThat(object.kind()).isEqualTo("PROCEDURE");
        assertThat(object.name().toString()).isEqualTo("db.p");
        assertThat(object.bodySpan().of(sql)).isEqualTo("(a INT) BEGIN SELECT 1; SELECT 2; END");
    }

    @Test
    void insertsKnowTheirRowsAndColumns() {
        String sql = "INSERT INTO db.t (a, b) VALUES (1, DEFAULT), (?, 'x') ON DUPLICATE KEY UPDATE a = VALUES(a)";
        Insert insert = (Insert) parse(sql);
        assertThat(insert.columnsSpan().of(sql)).isEqualTo("(a, b)");
        Insert.Rows rows = (Insert.Rows) insert.source();
        assertThat(rows.rows()).extracting(row -> row.text(sql)).containsExactly("(1, DEFAULT)", "(?, 'x')");
        assertThat(insert.onDuplicateKey().values()).hasSize(1);
    }

    @Test
    void bothFormsOfDeleteNameTheirTargets() {
        Delete from = (Delete) parse("DELETE a, b.* FROM t a, u b");
        Delete using = (Delete) parse("DELETE FROM a USING t a, u b");
        assertThat(from.targets())
                .extracting(target -> target.name().toString())
                .containsExactly("a", "b");
        assertThat(using.targets())
                .extracting(target -> target.name().toString())
                .containsExactly("a");
        assertThat(((Delete) parse("DELETE FROM t")).targets()).isEmpty();
    }
}
