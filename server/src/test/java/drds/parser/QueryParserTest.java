package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryParserTest {
    private static Statement parse(String sql) {
        return new SqlParser(ParserModes.DEFAULT).parse(sql).statement();
    }

    private static Select select(String sql) {
        return (Select) parse(sql);
    }

    @Test
    void clausesCanBeCutOutOfTheText() {
        String sql = "SELECT a, b AS c FROM t WHERE (a = 1) GROUP BY a HAVING b ORDER BY c DESC LIMIT 2, 3 FOR UPDATE";
        Select select = select(sql);
        assertThat(select.itemsSpan().of(sql)).isEqualTo("a, b AS c");
        assertThat(select.from().text(sql)).isEqualTo("FROM t");
        assertThat(select.where().text(sql)).isEqualTo("WHERE (a = 1)");
        assertThat(select.where().expression().text(sql)).isEqualTo("a = 1");
        assertThat(select.groupBy().text(sql)).isEqualTo("GROUP BY a");
        assertThat(select.having().text(sql)).isEqualTo("HAVING b");
        assertThat(select.orderBy().text(sql)).isEqualTo("ORDER BY c DESC");
        assertThat(select.limit().text(sql)).isEqualTo("LIMIT 2, 3");
        assertThat(select.limit().offset().text(sql)).isEqualTo("2");
        assertThat(select.limit().count().text(sql)).isEqualTo("3");
        assertThat(select.locking().getFirst().text(sql)).isEqualTo("FOR UPDATE");
    }

    @Test
    void anItemKnowsItsTextWithAndWithoutAlias() {
        String sql = "SELECT (a + 1), b AS `x y`, c 'z' FROM t";
        Select.ExpressionItem first =
                (Select.ExpressionItem) select(sql).items().get(0);
        Select.ExpressionItem second =
                (Select.ExpressionItem) select(sql).items().get(1);
        Select.ExpressionItem third =
                (Select.ExpressionItem) select(sql).items().get(2);
        assertThat(first.expressionSpan().of(sql)).isEqualTo("(a + 1)");
        assertThat(first.expression().text(sql)).isEqualTo("a + 1");
        assertThat(first.alias()).isNull();
        assertThat(second.alias().text()).isEqualTo("x y");
        assertThat(second.expressionSpan().of(sql)).isEqualTo("b");
        assertThat(third.alias().text()).isEqualTo("z");
    }

    @Test
    void aTableKnowsWhereItsNameAndAnAliasGo() {
        String sql = "SELECT * FROM db.orders PARTITION (p0) USE INDEX (i)";
        TableReference.TableName table =
                (TableReference.TableName) select(sql).from().tables();
        TextEdits edits = new TextEdits(sql)
                .replace(table.name().span(), "`shop_01`.`orders_3`")
                .insert(table.aliasPosition(), " AS `orders`");
        assertThat(edits.render())
                .isEqualTo("SELECT * FROM `shop_01`.`orders_3` PARTITION (p0) AS `orders` USE INDEX (i)");
    }

    @Test
    void joinsWithoutConditionLeanToTheLeft() {
        TableReference.Join join = (TableReference.Join)
                select("SELECT * FROM a JOIN b JOIN c ON a.x = c.x").from().tables();
        assertThat(join.on()).isNotNull();
        assertThat(((TableReference.Join) join.left()).on()).isNull();
        assertThat(((TableReference.TableName) join.right()).name().name().text())
                .isEqualTo("c");
    }

    @Test
    void aJoinInsideAJoinTakesTheFirstCondition() {
        String sql = "SELECT * FROM a LEFT JOIN b LEFT JOIN c ON b.x = c.x ON a.y = b.y";
        TableReference.Join join = (TableReference.Join) select(sql).from().tables();
        assertThat(join.on().expression().text(sql)).isEqualTo("a.y = b.y");
        assertThat(join.right().text(sql)).isEqualTo("b LEFT JOIN c ON b.x = c.x");
    }

    @Test
    void intersectBindsCloserThanUnion() {
        String sql = "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 UNION ALL SELECT 4 ORDER BY 1 LIMIT 2";
        Query.SetOperation all = (Query.SetOperation) parse(sql);
        assertThat(all.all()).isTrue();
        assertThat(all.orderBy().text(sql)).isEqualTo("ORDER BY 1");
        Query.SetOperation left = (Query.SetOperation) all.left();
        assertThat(left.text(sql)).isEqualTo("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3");
        assertThat(left.right().text(sql)).isEqualTo("SELECT 2 INTERSECT SELECT 3");
    }

    @Test
    void withBelongsToTheWholeSetOperation() {
        String sql = "WITH c AS (SELECT 1) /* x */ SELECT * FROM c UNION SELECT 2";
        Query.SetOperation operation = (Query.SetOperation) parse(sql);
        assertThat(operation.with().tables().getFirst().name().text()).isEqualTo("c");
        assertThat(operation.left().with()).isNull();
        assertThat(operation.left().text(sql)).isEqualTo("SELECT * FROM c");
    }

    @Test
    void parenthesesTellQueriesFromExpressions() {
        String sql = "SELECT ((SELECT 1)), ((SELECT 2) + 1), (a), (a, b) FROM ((SELECT 3) UNION (SELECT 4)) d";
        Select select = select(sql);
        assertThat(expression(select, 0)).isInstanceOf(Expression.Subquery.class);
        assertThat(expression(select, 1)).isInstanceOf(Expression.Binary.class);
        assertThat(expression(select, 2)).isInstanceOf(Expression.ColumnReference.class);
        assertThat(expression(select, 3)).isInstanceOf(Expression.Row.class);
        TableReference.DerivedTable derived =
                (TableReference.DerivedTable) select.from().tables();
        assertThat(derived.query()).isInstanceOf(Query.SetOperation.class);
    }

    private static Expression expression(Select select, int item) {
        return ((Select.ExpressionItem) select.items().get(item)).expression();
    }

    @Test
    void aggregatesAndWindowsAreTold() {
        String sql =
                "SELECT GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR '-' LIMIT 3), COUNT(*), SUM(a) OVER (w), f(1) FROM t";
        FunctionCall concat = (FunctionCall) expression(select(sql), 0);
        assertThat(concat.aggregate()).isTrue();
        assertThat(concat.distinct()).isTrue();
        assertThat(concat.orderBy().text(sql)).isEqualTo("ORDER BY b");
        assertThat(((Literal.StringLiteral) concat.separator()).value()).isEqualTo("-");
        assertThat(concat.limit()).isNotNull();
        assertThat(((FunctionCall) expression(select(sql), 1)).star()).isTrue();
        assertThat(((FunctionCall) expression(select(sql), 2))
                        .over()
                        .window()
                        .base()
                        .text())
                .isEqualTo("w");
        assertThat(((FunctionCall) expression(select(sql), 3)).aggregate()).isFalse();
    }

    @Test
    void literalsHaveTheirValues() {
        String sql = "SELECT 'a\\'b''c\\n\\%' 'd', 12345678901234567890, 0x1f, _latin1'x', DATE '2024-01-01', 1.50";
        Select select = select(sql);
        assertThat(((Literal.StringLiteral) expression(select, 0)).value()).isEqualTo("a'b'c\n\\%d");
        assertThat(((Literal.IntegerLiteral) expression(select, 1)).asLong()).isNull();
        assertThat(((Literal.HexLiteral) expression(select, 2)).digits()).isEqualTo("1f");
        assertThat(((Literal.StringLiteral) expression(select, 3)).introducer()).isEqualTo("latin1");
        assertThat(((Literal.TemporalLiteral) expression(select, 4)).value()).isEqualTo("2024-01-01");
        assertThat(((Literal.DecimalLiteral) expression(select, 5)).value()).isEqualByComparingTo("1.5");
    }

    @Test
    void columnsKnowTheSpanOfTheirQualifier() {
        String sql = "SELECT `db` . t.c, t.c, c FROM t";
        Select select = select(sql);
        assertThat(((Expression.ColumnReference) expression(select, 0))
                        .qualifier()
                        .of(sql))
                .isEqualTo("`db` . t");
        assertThat(((Expression.ColumnReference) expression(select, 1))
                        .qualifier()
                        .of(sql))
                .isEqualTo("t");
        assertThat(((Expression.ColumnReference) expression(select, 2))
                        .qualifier()
                        .length())
                .isZero();
    }

    @Test
    void parametersAreCountedInTheOrderOfTheText() {
        ParsedStatement parsed = new SqlParser(ParserModes.DEFAULT)
                .parse("SELECT INTERVAL(?, 1), d + INTERVAL (?) DAY FROM t WHERE a IN (?, ?) LIMIT ?");
        assertThat(parsed.parameters()).isEqualTo(5);
        java.util.List<Integer> ordinals = new java.util.ArrayList<>();
        parsed.statement().walk(node -> {
            if (node instanceof Expression.Parameter parameter) ordinals.add(parameter.ordinal());
        });
        assertThat(ordinals).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void deepNestingIsRefusedAndLongChainsAreNot() {
        assertThat(parse("SELECT " + "(".repeat(100_000) + "1" + ")".repeat(100_000)))
                .isInstanceOf(Unparsed.class);
        assertThat(parse("SELECT " + "- ".repeat(100_000) + "1")).isInstanceOf(Unparsed.class);
        int[] nodes = {0};
        parse("SELECT 1 FROM t WHERE a = 0" + " OR a = 1".repeat(20_000)).walk(node -> nodes[0]++);
        assertThat(nodes[0]).isGreaterThan(60_000);
    }
}
