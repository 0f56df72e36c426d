package drds.session;

import drds.analyzer.StoredFunctionCalls;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.mysql.StatementCharset;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.LoadData;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.ShapeLexer;
import drds.parser.Span;
import drds.parser.Statement;
import drds.parser.TableReference;
import drds.planner.GatherTemplate;
import drds.planner.Plan;
import drds.planner.Planner;
import drds.planner.RouteTemplate;
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
        if (!mayBeRouted(bytes)
                || session.temporary().any()
                || !variables.charset().sameInUtf8(bytes)) {
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
        List<String> literals = literals(bytes, sql);
        if (shape instanceof RoutedShape.Gathered gathered && gathered.lacks(literals, sql)) {
            learnVariant(gathered, bytes, sql, literals);
        }
        return shape.plan(literals, sql, session.keyConversion());
    }

    private void learnVariant(RoutedShape.Gathered gathered, byte[] bytes, String sql, List<String> literals) {
        if (sql.length() == bytes.length) {
            gathered.learn(literals, dispatch.planned().gatherTemplate(session.parse(sql), spans(), sql));
        }
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
        if (session.temporary().any()) {
            // What the session alone sees is nothing for a cache that all share.
            return new PreparedShape(
                    new RoutedShape.Unknown(),
                    catalog,
                    database,
                    session.variables().modes());
        }
        RoutedShape routed = cache.findPrepared(
                parsed.source(), database, session.variables().modes(), catalog);
        if (routed == null) {
            routed = learnPrepared(parsed, values, tables);
            cache.rememberPrepared(
                    parsed.source(), database, session.variables().modes(), catalog, routed);
        }
        return new PreparedShape(routed, catalog, database, session.variables().modes());
    }

    private RoutedShape learnPrepared(ParsedStatement parsed, ParameterValues values, Set<HeldTables.Name> tables) {
        if (!isPlain(parsed)) {
            return new RoutedShape.Unknown();
        }
        Plan plan = dispatch.planned().plan(parsed, values.literals());
        RouteTemplate template = parsed.parameters() == 0
                ? null
                : dispatch.planned().template(parsed, List.of(), values.literals(), plan);
        if (template != null && template.parameter() >= 0) {
            return new RoutedShape.ByKey(template, List.copyOf(tables));
        }
        boolean gathers = plan instanceof Plan.Gather
                || plan instanceof Plan.Route && namesSharded(parsed.statement(), session.catalog(), currentDatabase());
        List<Span> marks = Parameters.spans(parsed);
        boolean[] open = Planner.openValues(parsed, marks);
        if (!gathers || !(parsed.statement() instanceof Query) || hasFixedHeading(parsed, marks, open)) {
            return new RoutedShape.Unknown();
        }
        RoutedShape.Gathered gathered = new RoutedShape.Gathered(open, "", List.copyOf(tables));
        learnVariant(gathered, parsed, values);
        return gathered;
    }

    private String currentDatabase() {
        String name = session.variables().database();
        return name == null ? "" : name;
    }

    /** The values that are part of the plan are written into the text, the others stay question marks. */
    private void learnVariant(RoutedShape.Gathered gathered, ParsedStatement parsed, ParameterValues values) {
        String sql = Parameters.filledIn(parsed, values.literals(), gathered.open());
        gathered.learn(values.literals(), dispatch.planned().gatherTemplate(session.parse(sql), List.of(), sql));
    }

    /** Whether a value that would be written into the text stands in a heading, which has to show a question mark. */
    private static boolean hasFixedHeading(ParsedStatement parsed, List<Span> marks, boolean[] open) {
        boolean[] found = new boolean[1];
        parsed.statement().walk(node -> {
            if (node instanceof Select select) {
                for (int i = 0; i < open.length; i++) {
                    found[0] |= !open[i] && select.itemsSpan().covers(marks.get(i));
                }
            }
        });
        return found[0];
    }

    /** Whether the shape still holds. */
    boolean holds(PreparedShape shape) {
        String name = session.variables().database();
        return shape.catalog == session.catalog()
                && shape.modes == session.variables().modes()
                && shape.database.equals(name == null ? "" : name);
    }

    /** The plan of a prepared statement, its open values question marks; null if it has to be planned. */
    @Nullable
    Plan plan(PreparedShape shape, String sql, ParameterValues values) {
        if (shape.routed instanceof RoutedShape.Unknown || values.forInstance() == null) {
            return null;
        }
        session.holdTables(shape.routed.tables());
        if (!holds(shape)) {
            return null;
        }
        return switch (shape.routed) {
            case RoutedShape.ByKey byKey -> byKey.routePrepared(values.literals(), session.keyConversion());
            case RoutedShape.Gathered gathered -> {
                if (gathered.lacks(values.literals(), sql)) {
                    learnVariant(gathered, session.parse(sql), values);
                }
                yield gathered.prepared(values.literals(), sql, session.keyConversion());
            }
            default -> null;
        };
    }

    /** The bytes of the values that the plan's texts take. */
    static byte @Nullable [] parameters(PreparedShape shape, ParameterValues values) {
        return shape.routed instanceof RoutedShape.Gathered gathered
                ? values.forInstance(gathered.open())
                : values.forInstance();
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
        List<Span> literals = spans();
        Plan plan;
        try {
            plan = dispatch.planned().plan(parsed, null);
        } catch (SqlError e) {
            return null;
        }
        boolean spaced = hasSpacedHeading(parsed);
        RouteTemplate template = spaced ? null : dispatch.planned().template(parsed, literals, null, plan);
        if (template != null && template.key() >= 0) {
            return new RoutedShape.ByKey(template, List.copyOf(tables));
        }
        boolean sharded = namesSharded(parsed.statement(), catalog, database);
        if (plan instanceof Plan.Route route && !sharded && !spaced) {
            return fixed(route, sql, literals, tables);
        }
        boolean gathers = plan instanceof Plan.Gather || plan instanceof Plan.Route && sharded;
        GatherTemplate gather = gathers && parsed.statement() instanceof Query
                ? dispatch.planned().gatherTemplate(parsed, literals, sql)
                : null;
        if (gather == null) {
            return new RoutedShape.Unknown();
        }
        String head = spaced ? sql.substring(0, itemsEnd(parsed)) : "";
        RoutedShape.Gathered gathered =
                new RoutedShape.Gathered(Planner.openValues(parsed, literals), head, List.copyOf(tables));
        gathered.learn(literals(bytes, sql), gather);
        return gathered;
    }

    private List<Span> spans() {
        List<Span> literals = new ArrayList<>();
        for (int i = 0; i < lexer.literalCount(); i++) {
            literals.add(new Span(lexer.literalStart(i), lexer.literalEnd(i)));
        }
        return literals;
    }

    /** Behind the last select list. */
    private static int itemsEnd(ParsedStatement parsed) {
        int[] end = new int[1];
        parsed.statement().walk(node -> {
            if (node instanceof Select select) {
                end[0] = Math.max(end[0], select.itemsSpan().end());
            }
        });
        return end[0];
    }

    /** Whether nothing is done to the statement, or after it, but to plan and run it. */
    private boolean isPlain(ParsedStatement parsed) {
        Statement statement = parsed.statement();
        boolean kind =
                statement instanceof Query || statement instanceof DataChange && !(statement instanceof LoadData);
        return kind
                && parsed.hints().isEmpty()
                && !parsed.conditionalComments()
                && parsed.source().indexOf('@') < 0
                && !SequenceValues.occurIn(statement)
                && dispatch.withOwnValues(parsed) == parsed
                && !UserLocks.occurIn(statement)
                && StoredFunctionCalls.in(
                                statement,
                                session.catalog(),
                                session.variables().database())
                        .isEmpty()
                && (statement instanceof Query
                        || dispatch.planned().triggers(statement).isEmpty())
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

    private static @Nullable Table table(TableReference.TableName name, Catalog catalog, String current) {
        String schema =
                name.name().schema() == null ? current : name.name().schema().text();
        Database database = catalog.database(schema);
        return database == null ? null : database.table(name.name().name().text());
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
