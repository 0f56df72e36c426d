package drds.planner;

import static org.assertj.core.api.Assertions.assertThat;

import drds.parser.Literal;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Span;
import drds.parser.SqlParser;
import drds.rule.KeyLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTemplateTest {
    private static final SqlParser PARSER = new SqlParser(ParserModes.DEFAULT);

    @Test
    void givesThePlanOfEveryValue() {
        String shape = "SELECT note, 'x' FROM orders WHERE id = %d AND qty > %d LIMIT %d";
        RouteTemplate template = template(shape.formatted(5, 1, 10), null).orElseThrow();
        for (int id = 0; id < 20; id++) {
            String sql = shape.formatted(id, id + 1, id + 2);
            Plan.Route fast = template.route(KeyLiteral.Int.of(id), Shop.KEYS, literals(sql))
                    .orElseThrow();
            Plan.Route slow = (Plan.Route) Planner.plan(PARSER.parse(sql), Shop.context(null));
            assertThat(fast.sql()).isEqualTo(slow.sql());
            assertThat(fast.group()).isEqualTo(slow.group());
            assertThat(fast.names()).isEqualTo(slow.names());
            assertThat(fast.write()).isEqualTo(slow.write());
        }
    }

    @Test
    void joinsInPlaceShareTheValue() {
        String sql = "SELECT * FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.id = 5";
        RouteTemplate template = template(sql, null).orElseThrow();
        assertThat(template.route(KeyLiteral.Int.of(6), Shop.KEYS, List.of("6"))
                        .orElseThrow()
                        .sql())
                .isEqualTo("SELECT * FROM `shop_0003`.`orders_06` o JOIN `shop_0003`.`order_items_06` i"
                        + " ON i.order_id = o.id WHERE o.id = 6");
    }

    @Test
    void parametersStayAsTheyAre() {
        RouteTemplate template = template("UPDATE orders SET qty = ? WHERE id = ?", List.of("1", "5"))
                .orElseThrow();
        assertThat(template.parameter()).isEqualTo(1);
        assertThat(template.route(KeyLiteral.Int.of(7), Shop.KEYS, List.of())
                        .orElseThrow()
                        .sql())
                .isEqualTo("UPDATE `shop_0003`.`orders_07` AS `orders` SET qty = ? WHERE id = ?");
    }

    @Test
    void aMinusSignIsPartOfTheShape() {
        RouteTemplate template =
                template("SELECT id FROM orders WHERE id = -5", null).orElseThrow();
        assertThat(template.route(KeyLiteral.Int.of(3), Shop.KEYS, List.of("3"))
                        .orElseThrow()
                        .sql())
                .isEqualTo("SELECT id FROM `shop_0001`.`orders_03` AS `orders` WHERE id = -3");
    }

    @Test
    void aValueThatNeedsAnInstanceNeedsAPlan() {
        RouteTemplate template =
                template("SELECT id FROM orders WHERE id = 5", null).orElseThrow();
        assertThat(template.route(new KeyLiteral.Text("5abc"), Shop.KEYS, List.of("'5abc'")))
                .isEmpty();
        assertThat(template.route(new KeyLiteral.Null(), Shop.KEYS, List.of("NULL")))
                .isEmpty();
    }

    @Test
    void isNotMadeWhereAnotherLiteralDecidesToo() {
        assertThat(template("SELECT id FROM orders WHERE id = 5 AND id = 5", null))
                .isEmpty();
        assertThat(template("SELECT id FROM orders WHERE id IN (5, 13)", null)).isEmpty();
        assertThat(template("SELECT id FROM events WHERE id >= 250", null)).isEmpty();
        assertThat(template("SELECT id FROM events WHERE id BETWEEN 5 AND 7", null))
                .isEmpty();
        assertThat(template("SELECT id FROM orders WHERE id = 5 UNION ALL SELECT id FROM orders WHERE id = 13", null))
                .isEmpty();
        assertThat(template("SELECT id FROM orders WHERE id = 5 OR id = 13", null))
                .isEmpty();
    }

    @Test
    void isNotMadeOfOtherPlans() {
        assertThat(template("SELECT id FROM orders", null)).isEmpty();
        assertThat(template("SELECT 1", null)).isEmpty();
        assertThat(template("INSERT INTO orders (id) VALUES (5)", null)).isEmpty();
        assertThat(template("SELECT id FROM big_orders WHERE id = 5", null)).isEmpty();
        assertThat(template("SELECT shop.orders.id + 1 FROM shop.orders WHERE id = 5", null))
                .isEmpty();
    }

    @Test
    void singleTablesKeepItAtHome() {
        RouteTemplate template = template(
                        "SELECT o.id FROM orders o JOIN settings s ON s.name = o.note WHERE o.id = 8", null)
                .orElseThrow();
        assertThat(template.route(KeyLiteral.Int.of(16), Shop.KEYS, List.of("16")))
                .isPresent();
        assertThat(template.route(KeyLiteral.Int.of(2), Shop.KEYS, List.of("2")))
                .isEmpty();
    }

    @Test
    void readsTokensThatAreCertain() {
        assertThat(RouteTemplate.keyLiteral("12")).contains(KeyLiteral.Int.of(12));
        assertThat(RouteTemplate.keyLiteral("'ab'")).contains(new KeyLiteral.Text("ab"));
        assertThat(RouteTemplate.keyLiteral("'a''b'")).isEmpty();
        assertThat(RouteTemplate.keyLiteral("'a\\'b'")).isEmpty();
        assertThat(RouteTemplate.keyLiteral("1.5")).isEmpty();
        assertThat(RouteTemplate.keyLiteral("'")).isEmpty();
    }

    private static Optional<RouteTemplate> template(String sql, @Nullable List<String> parameters) {
        ParsedStatement parsed = PARSER.parse(sql);
        PlanningContext context = Shop.context(parameters);
        return Optional.ofNullable(Planner.template(parsed, context, spans(parsed), Planner.plan(parsed, context)));
    }

    private static List<Span> spans(ParsedStatement parsed) {
        List<Span> spans = new ArrayList<>();
        parsed.statement().walk(node -> {
            if (node instanceof Literal) {
                spans.add(node.span());
            }
        });
        spans.sort((a, b) -> Integer.compare(a.start(), b.start()));
        return spans;
    }

    private static List<String> literals(String sql) {
        return spans(PARSER.parse(sql)).stream().map(s -> s.of(sql)).toList();
    }
}
