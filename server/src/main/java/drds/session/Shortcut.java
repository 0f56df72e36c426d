package drds.session;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.mysql.StatementCharset;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.ShapeLexer;
import drds.parser.Span;
import drds.parser.Statement;
import drds.parser.TableReference;
import drds.planner.Plan;
import drds.planner.RouteTemplate;
import drds.rule.LevelRule;
import drds.rule.PartitionRule;
import drds.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs a routed statement whose shape is known without parsing or planning it, and learns the shapes of those that aren't. */
final class Shortcut {
    private final Session session;
    private final Dispatch dispatch;
    private final PlanCache cache;
    private ParserModes modes;
    private ShapeLexer lexer;
    private boolean namesTables;

    Shortcut(Session session, Dispatch dispatch, PlanCache cache) {
        this.session = session;
        this.dispatch = dispatch;
        this.cache = cache;
        this.modes = session.variables().modes();
        this.lexer = new ShapeLexer(modes);
    }

    /**
     * The plan of a statement.
     *
     * @param sql the same text as the bytes
     * @return null if it has to be parsed and planned
     */
    @Nullable
    Plan plan(byte[] bytes, String sql) {
        SessionVariables variables = session.variables();
        if (variables.charset() != StatementCharset.UTF8 || !mayBeRouted(bytes)) {
            return null;
        }
        if (modes != variables.modes()) {
            modes = variables.modes();
            lexer = new ShapeLexer(modes);
        }
        if (!lexer.read(bytes, 0, bytes.length)) {
            return null;
        }
        String name = variables.database();
        String database = name == null ? "" : name;
        Catalog catalog = session.catalog();
        RoutedShape shape = cache.find(lexer, database, modes, catalog);
        if (shape == null) {
            shape = learn(bytes, sql, database);
            if (shape == null) {
                return null;
            }
            cache.remember(lexer, database, modes, catalog, shape);
        }
        if (shape instanceof RoutedShape.Unknown) {
            return null;
        }
        namesTables = !shape.tables().isEmpty();
        session.holdTables(shape.tables());
        if (session.catalog() != catalog) {
            return null;
        }
        return shape.plan(literals(bytes, sql), sql, session.keyConversion());
    }

    /** Whether the statement that was routed last names a table. */
    boolean namesTables() {
        return namesTables;
    }

    /** SELECT, UPDATE, DELETE: by the first letter. */
    private static boolean mayBeRouted(byte[] bytes) {
        return bytes.length > 0
                && switch (bytes[0] | 0x20) {
                    case 's', 'u', 'd' -> true;
                    default -> false;
                };
    }

    private List<String> literals(byte[] bytes, String sql) {
        int count = lexer.literalCount();
        String[] literals = new String[count];
        boolean ascii = sql.length() == bytes.length;
        for (int i = 0; i < count; i++) {
            int start = lexer.literalStart(i);
            int end = lexer.literalEnd(i);
            literals[i] = ascii
                    ? sql.substring(start, end)
                    : StatementCharset.UTF8.decode(java.util.Arrays.copyOfRange(bytes, start, end));
        }
        return List.of(literals);
    }

    // ---- prepared statements ----

    /** What is known of a prepared statement, and for what it counts. */
    record PreparedShape(RoutedShape routed, Catalog catalog, String database, ParserModes modes) {}

    /** What there is to know of a prepared statement, now that it runs with these values. */
    PreparedShape shape(ParsedStatement parsed, ParameterValues values) {
        String name = session.variables().database();
        String database = name == null ? "" : name;
        Set<HeldTables.Name> tables = HeldTables.named(parsed.statement(), name);
        session.holdTables(tables);
        Catalog catalog = session.catalog();
        RoutedShape routed = new RoutedShape.Unknown();
        if (parsed.parameters() > 0 && isPlain(parsed)) {
            Plan plan = dispatch.planned().plan(parsed, values.literals());
            RouteTemplate template = dispatch.planned().template(parsed, List.of(), values.literals(), plan);
            if (template != null && template.parameter() >= 0) {
                routed = new RoutedShape.ByKey(template, List.copyOf(tables));
            }
        }
        return new PreparedShape(routed, catalog, database, session.variables().modes());
    }

    /** Whether the shape still holds. */
    boolean holds(PreparedShape shape) {
        String name = session.variables().database();
        return shape.catalog == session.catalog()
                && shape.modes == session.variables().modes()
                && shape.database.equals(name == null ? "" : name);
    }

    /** The route of a prepared statement; null if it has to be planned. */
    Plan.@Nullable Route route(PreparedShape shape, ParameterValues values) {
        if (!(shape.routed instanceof RoutedShape.ByKey byKey) || values.forInstance() == null) {
            return null;
        }
        session.holdTables(byKey.tables());
        return holds(shape) ? byKey.routePrepared(values.literals(), session.keyConversion()) : null;
    }

    // ---- learning ----

    /** Null if nothing can be said of the shape because this statement fails. */
    private @Nullable RoutedShape learn(byte[] bytes, String sql, String database) {
        // Character offsets are byte offsets only in ASCII; other statements wait for one of their shape in ASCII.
        if (sql.length() != bytes.length) {
            return null;
        }
        Catalog catalog = session.catalog();
        ParsedStatement parsed = session.parse(sql);
        if (!isPlain(parsed) || parsed.parameters() > 0) {
            return new RoutedShape.Unknown();
        }
        Set<HeldTables.Name> tables = HeldTables.named(parsed.statement(), database.isEmpty() ? null : database);
        session.holdTables(tables);
        if (session.catalog() != catalog) {
            return null;
        }
        List<Span> literals = new ArrayList<>();
        for (int i = 0; i < lexer.literalCount(); i++) {
            literals.add(new Span(lexer.literalStart(i), lexer.literalEnd(i)));
        }
        Plan plan;
        try {
            plan = dispatch.planned().plan(parsed, null);
        } catch (SqlError e) {
            return null;
        }
        RouteTemplate template = dispatch.planned().template(parsed, literals, null, plan);
        if (template != null && template.key() >= 0) {
            return new RoutedShape.ByKey(template, List.copyOf(tables));
        }
        return switch (plan) {
            case Plan.Route route
            when !namesSharded(parsed.statement(), catalog, database) -> fixed(route, sql, literals, tables);
            case Plan.Gather gather
            when isConcatenation(gather, parsed.statement(), catalog, database) ->
                everywhere(gather, sql, literals, tables);
            default -> new RoutedShape.Unknown();
        };
    }

    /** Whether nothing is done to the statement, or after it, but to plan and run it. */
    private boolean isPlain(ParsedStatement parsed) {
        Statement statement = parsed.statement();
        boolean kind = statement instanceof Query || statement instanceof DataChange;
        return kind
                && parsed.hints().isEmpty()
                && !parsed.conditionalComments()
                && parsed.source().indexOf('@') < 0
                && dispatch.withOwnValues(parsed) == parsed
                && !UserLocks.occurIn(statement)
                && !hasSpacedHeading(parsed)
                && PlannedStatements.VariableUse.in(statement).isNothing();
    }

    /** A heading shows how its item is spaced, in which statements of one shape may differ. */
    private static boolean hasSpacedHeading(ParsedStatement parsed) {
        boolean[] found = new boolean[1];
        parsed.statement().walk(node -> {
            if (node instanceof Select.ExpressionItem item
                    && item.alias() == null
                    && !(item.expression() instanceof Expression.ColumnReference)) {
                found[0] |= item.expressionSpan().of(parsed.source()).chars().anyMatch(Character::isWhitespace);
            }
        });
        return found[0];
    }

    /** Whether a table is named that is sharded, or not known as single or broadcast. */
    private static boolean namesSharded(Statement statement, Catalog catalog, String current) {
        boolean[] found = new boolean[1];
        statement.walk(node -> {
            if (node instanceof TableReference.TableName name) {
                Table table = table(name, catalog, current);
                found[0] |= table == null || table.kind() == Table.Kind.SHARDED;
            }
        });
        return found[0];
    }

    /**
     * Whether the plan is to take all rows of all partitions of one hashed table, and would be for any literals: nothing in the
     * statement but its conditions and its list may have a part in that.
     */
    private static boolean isConcatenation(Plan.Gather gather, Statement statement, Catalog catalog, String current) {
        if (gather.locks()
                || gather.clock()
                || gather.fallback() != null
                || !gather.merge().equals(Plan.Merge.CONCATENATE)
                || !(statement instanceof Select select)
                || select.groupBy() != null
                || select.having() != null
                || select.distinct()
                || select.limit() != null
                || select.items().stream().anyMatch(Shortcut::isNamedByItsText)
                || select.orderBy() != null
                || select.with() != null
                || select.into() != null) {
            return false;
        }
        List<TableReference.TableName> names = new ArrayList<>();
        int[] queries = new int[1];
        statement.walk(node -> {
            if (node instanceof TableReference.TableName name) {
                names.add(name);
            }
            queries[0] += node instanceof Query ? 1 : 0;
        });
        Table table = names.size() == 1 && queries[0] == 1 ? table(names.getFirst(), catalog, current) : null;
        Rule rule = table == null ? null : table.rule();
        boolean hashed = rule instanceof LevelRule
                || (rule instanceof PartitionRule partitioned
                        && (partitioned.method() instanceof PartitionRule.Method.Hash
                                || partitioned.method() instanceof PartitionRule.Method.Key));
        return rule != null && hashed && gather.queries().size() == rule.partitions();
    }

    /** Its heading is its text, with the literals in it. */
    private static boolean isNamedByItsText(Select.Item item) {
        return item instanceof Select.ExpressionItem expression
                && expression.alias() == null
                && !(expression.expression() instanceof Expression.ColumnReference);
    }

    private static @Nullable Table table(TableReference.TableName name, Catalog catalog, String current) {
        String schema =
                name.name().schema() == null ? current : name.name().schema().text();
        Database database = catalog.database(schema);
        return database == null ? null : database.table(name.name().name().text());
    }

    private RoutedShape everywhere(Plan.Gather gather, String sql, List<Span> literals, Set<HeldTables.Name> tables) {
        List<RoutedShape.Part> parts = new ArrayList<>();
        for (Plan.Fragment fragment : gather.queries()) {
            List<String> pieces = pieces(fragment.sql(), sql, literals);
            if (pieces == null) {
                return new RoutedShape.Unknown();
            }
            parts.add(new RoutedShape.Part(fragment.group(), fragment.partition(), pieces));
        }
        return new RoutedShape.Everywhere(List.copyOf(parts), gather.names(), gather.reason(), List.copyOf(tables));
    }

    private RoutedShape fixed(Plan.Route route, String sql, List<Span> literals, Set<HeldTables.Name> tables) {
        List<String> pieces = pieces(route.sql(), sql, literals);
        if (pieces == null) {
            return new RoutedShape.Unknown();
        }
        RoutedShape.Text text =
                new RoutedShape.Text(route.group(), route.write(), route.names(), route.reason(), pieces);
        return new RoutedShape.Fixed(text, List.copyOf(tables));
    }

    /** A physical text cut at its literals; null if it has others than the statement's own, or in another order. */
    private @Nullable List<String> pieces(String text, String sql, List<Span> literals) {
        byte[] physical = text.getBytes(StandardCharsets.UTF_8);
        ShapeLexer reader = new ShapeLexer(modes);
        if (physical.length != text.length()
                || !reader.read(physical, 0, physical.length)
                || reader.literalCount() != literals.size()) {
            return null;
        }
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < literals.size(); i++) {
            int start = reader.literalStart(i);
            if (!text.substring(start, reader.literalEnd(i))
                    .equals(literals.get(i).of(sql))) {
                return null;
            }
            pieces.add(text.substring(from, start));
            from = reader.literalEnd(i);
        }
        pieces.add(text.substring(from));
        return List.copyOf(pieces);
    }
}
