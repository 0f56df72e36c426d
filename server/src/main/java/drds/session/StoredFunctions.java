package drds.session;

import drds.analyzer.StoredFunctionCalls;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.SetStatement;
import drds.parser.Span;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.StoredProgram;
import drds.parser.TableReference;
import drds.parser.TextEdits;
import drds.program.Calls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls of stored functions that reach tables, or the session: where their arguments are constant, DRDS runs them before the
 * statement and puts their values in their places.
 */
final class StoredFunctions {
    private final Session session;
    private final Engine engine;
    private final SessionPrograms programs;
    private final ParsedStatement parsed;
    private final Catalog catalog;
    private final @Nullable String database;
    private final List<FunctionCall> calls;

    StoredFunctions(Session session, Engine engine, SessionPrograms programs, ParsedStatement parsed) {
        this.session = session;
        this.engine = engine;
        this.programs = programs;
        this.parsed = parsed;
        this.catalog = engine.catalog();
        this.database = session.variables().database();
        this.calls = concerns(parsed.statement())
                ? StoredFunctionCalls.in(parsed.statement(), catalog, database)
                : List.of();
    }

    static QualifiedName name(FunctionCall call) {
        return new QualifiedName(call.span(), call.schema(), call.name());
    }

    private static boolean concerns(Statement statement) {
        return switch (statement) {
            case DataChange.Call call -> false;
            case Query query -> true;
            case DataChange change -> true;
            case SetStatement set -> true;
            default -> false;
        };
    }

    /** Whether there is any that the statement's own instance can't be left to. */
    boolean any() {
        return !calls.isEmpty() && (parsed.statement() instanceof SetStatement || !allAtHome());
    }

    /** Whether there is any that runs before the statement. */
    boolean anyAhead() {
        return any() && calls.stream().anyMatch(this::isConstant);
    }

    private boolean allAtHome() {
        boolean single = HeldTables.named(parsed.statement(), database).stream().allMatch(name -> {
            Database known = catalog.database(name.database());
            Table table = known == null ? null : known.table(name.table());
            return table != null && table.kind() == Table.Kind.SINGLE;
        });
        return single && calls.stream().allMatch(call -> StoredFunctionCalls.isAtHome(function(call), catalog));
    }

    private Database.Program function(FunctionCall call) {
        return Objects.requireNonNull(StoredFunctionCalls.function(call, catalog, database));
    }

    /** Whether one of them changes rows: all that the statement does is one then. */
    boolean anyWrites() {
        return calls.stream().anyMatch(this::writes);
    }

    private boolean writes(FunctionCall call) {
        StoredProgram tree = engine.programTrees().of(function(call));
        if (tree == null) {
            return false;
        }
        boolean[] found = new boolean[1];
        tree.body()
                .walk(node -> found[0] |= node instanceof DataChange && !(node instanceof DataChange.Do)
                        || node instanceof FunctionCall inner
                                && isHere(StoredFunctionCalls.function(inner, catalog, database)));
        return found[0];
    }

    private static boolean isHere(Database.@Nullable Program program) {
        return program != null && !program.everywhere();
    }

    /** The statement with the values of those that have constant arguments; the planner refuses the others. */
    ParsedStatement replaced() {
        TextEdits edits = new TextEdits(parsed.source());
        List<Span> done = new ArrayList<>();
        for (FunctionCall call : calls) {
            boolean inside = done.stream().anyMatch(outer -> outer.covers(call.span()));
            if (inside || !isConstant(call)) {
                continue;
            }
            if (writes(call) && !runsOnce()) {
                throw ErrorCode.NOT_SUPPORTED.with(
                        "the stored function " + function(call).name()
                                + ", which changes rows, where it may be called for each row, or not at all");
            }
            done.add(call.span());
            edits.replace(call.span(), value(call));
        }
        if (done.isEmpty()) {
            return parsed;
        }
        keepHeadings(done, edits);
        return session.parse(edits.render());
    }

    private void keepHeadings(List<Span> done, TextEdits edits) {
        parsed.statement().walk(node -> {
            if (node instanceof Select.ExpressionItem item
                    && item.alias() == null
                    && done.stream().anyMatch(item.expressionSpan()::covers)) {
                edits.insert(
                        item.expressionSpan().end(),
                        " AS "
                                + SqlText.identifier(item.expressionSpan()
                                        .of(parsed.source())
                                        .strip()));
            }
        });
    }

    private String value(FunctionCall call) {
        return programs.function(call, parsed.source()).literal();
    }

    /** Whether the statement is a query without tables: it is computed with variables of the functions' own types. */
    boolean onlyComputes() {
        return parsed.statement() instanceof Query query
                && query.into() == null
                && HeldTables.named(query, "").isEmpty()
                && !SequenceValues.occurIn(query)
                && !UserLocks.occurIn(query)
                && PlannedStatements.VariableUse.in(query).leavesNothing();
    }

    /** The block that computes such a query. */
    String block() {
        StringBuilder declared = new StringBuilder("BEGIN NOT ATOMIC ");
        TextEdits edits = new TextEdits(parsed.source());
        List<Span> done = new ArrayList<>();
        for (FunctionCall call : calls) {
            if (done.stream().noneMatch(outer -> outer.covers(call.span()))) {
                Calls.FunctionValue value = programs.function(call, parsed.source());
                String name = SqlText.identifier("drds function " + done.size());
                declared.append("DECLARE ").append(name).append(' ').append(value.type());
                if (!value.literal().equals("NULL")) {
                    declared.append(" DEFAULT ").append(value.literal());
                }
                declared.append("; ");
                done.add(call.span());
                edits.replace(call.span(), name);
            }
        }
        keepHeadings(done, edits);
        return declared + edits.render(parsed.statement().span()) + "; END";
    }

    /** No column of the statement's own tables is named, nor can be by a subquery in the arguments. */
    private boolean isConstant(FunctionCall call) {
        return call.arguments().stream().noneMatch(StoredFunctions::namesColumn)
                && (HeldTables.named(call, database).isEmpty() || !readsRowsBeside(call));
    }

    private boolean readsRowsBeside(FunctionCall call) {
        boolean rows = parsed.statement() instanceof Insert insert && !(insert.source() instanceof Insert.FromQuery);
        return !rows && tablesIn(parsed.statement()) > tablesIn(call);
    }

    private static int tablesIn(Node node) {
        int[] found = new int[1];
        node.walk(below -> found[0] += below instanceof TableReference ? 1 : 0);
        return found[0];
    }

    private static boolean namesColumn(Node node) {
        if (node instanceof Query) {
            return false;
        }
        boolean[] found = {node instanceof Expression.ColumnReference};
        node.forEachChild(child -> found[0] |= namesColumn(child));
        return found[0];
    }

    /** A statement that computes each of its expressions once. */
    private boolean runsOnce() {
        boolean[] conditional = new boolean[1];
        parsed.statement()
                .walk(node -> conditional[0] |= switch (node) {
                    case Expression.Case branches -> true;
                    case Expression.Binary binary ->
                        switch (binary.operator()) {
                            case AND, OR, XOR -> true;
                            default -> false;
                        };
                    case FunctionCall call -> isConditional(call);
                    default -> false;
                });
        boolean tables = !HeldTables.named(parsed.statement(), "").isEmpty();
        boolean rows = parsed.statement() instanceof Insert insert && !(insert.source() instanceof Insert.FromQuery);
        return !conditional[0] && (!tables || rows);
    }

    private static boolean isConditional(FunctionCall call) {
        return switch (call.name().text().toUpperCase(Locale.ROOT)) {
            case "IF", "IFNULL", "NULLIF", "COALESCE", "NVL", "NVL2" -> true;
            default -> false;
        };
    }
}
