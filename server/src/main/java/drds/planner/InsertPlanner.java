package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.TableUse;
import drds.analyzer.Traits;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.Identifier;
import drds.parser.Insert;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Span;
import drds.parser.TextEdits;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** INSERT and REPLACE. */
final class InsertPlanner {
    private final StatementPlanner planner;
    private final ParsedStatement parsed;
    private final Insert insert;
    private final String source;
    private final Analysis analysis;
    private final TableUse target;
    private final @Nullable FunctionReach functions;
    private @Nullable TextEdits ownNames;

    InsertPlanner(StatementPlanner planner, ParsedStatement parsed, Insert insert) {
        this.planner = planner;
        this.parsed = parsed;
        this.insert = insert;
        this.source = parsed.source();
        this.analysis = planner.analyze(parsed);
        this.target = Objects.requireNonNull(analysis.target());
        this.functions = FunctionReach.of(analysis, planner.context());
    }

    Plan plan() {
        boolean shardedSources =
                planner.withoutViews(parsed, analysis).stream().anyMatch(use -> use != target && use.isSharded());
        boolean whole = target.place() == TableUse.Place.HOME || target.place() == TableUse.Place.SYSTEM;
        if (target.view() != null) {
            planner.refuseShardedView(target);
        }
        if (whole && !shardedSources && functions == null && !planner.viewsCallOut(analysis)) {
            return planner.home(parsed, true, "only tables of the home schema are named");
        }
        if (target.table() == null) {
            throw target.missing();
        }
        if (!(insert.source() instanceof Insert.FromQuery) && namesTargetAgain()) {
            return planner.home(parsed, true, "MySQL refuses subqueries of the table itself");
        }
        if (!insert.partitions().isEmpty()) {
            throw ErrorCode.NOT_SUPPORTED.with("PARTITION (...) of a table that is not single");
        }
        String because = wholeBecause();
        if (because != null) {
            return rehearsal(because);
        }
        return switch (insert.source()) {
            case Insert.FromQuery(Span span, Query query) -> fromQuery(query, span);
            case Insert.Rows rows -> values(rows);
            case Insert.Assignments values -> assignments(values);
        };
    }

    private Plan fromQuery(Query query, Span span) {
        BitSet hidden = HiddenDigits.of(query, analysis, columns().size());
        return new Plan.InsertSelect(
                planner.subSelect(query.text(source)),
                rows(columns(), List.of(), tail(span.end())),
                false,
                hidden,
                hidden.isEmpty() ? null : rehearsal("quotients and averages have digits that a query doesn't show"),
                "the rows come from a query");
    }

    /** Why the statement can't be cut into rows for their partitions; null if it can. */
    private @Nullable String wholeBecause() {
        if (TriggerPlanner.fire(target, insert, planner.context().catalog())) {
            return TriggerPlanner.REASON;
        }
        if (insert.returning() != null) {
            return "what is returned comes from several places";
        }
        if (functions != null && (insert.onDuplicateKey() != null || !(insert.source() instanceof Insert.FromQuery))) {
            return FunctionReach.REASON;
        }
        if (hasRowWithSubquery()) {
            return "a row has a subquery beside DEFAULT or a column";
        }
        Insert.OnDuplicateKey update = insert.onDuplicateKey();
        if (update == null) {
            return null;
        }
        if (Traits.of(update).subquery() || foreignReference(update)) {
            return "ON DUPLICATE KEY UPDATE has values of other tables";
        }
        boolean moves = update.values().stream()
                .anyMatch(value -> movesRows(target.definition(), value.column(), value.value()));
        return moves ? "rows can move to another partition" : null;
    }

    private Plan rehearsal(String reason) {
        Analysis expanded = planner.withoutViews(parsed);
        Insert statement = expanded.statement() instanceof Insert same ? same : insert;
        if (Traits.of(statement).assignment()) {
            throw ErrorCode.NOT_SUPPORTED.with("user variables that are set in such an INSERT");
        }
        String text = expanded.source();
        Plan.Candidates candidates = switch (statement.source()) {
            case Insert.FromQuery(Span span, Query query) -> new Plan.Candidates(columns(), query.text(text));
            case Insert.Rows rows
            when insert.columns().isEmpty()
                    && rows.rows().stream().allMatch(row -> row.items().isEmpty()) ->
                new Plan.Candidates(
                        List.of(defaulted()),
                        rows.rows().stream().map(row -> "(DEFAULT)").collect(Collectors.joining(", ", "VALUES ", "")));
            case Insert.Rows rows -> new Plan.Candidates(columns(), rows.text(text));
            case Insert.Assignments values ->
                new Plan.Candidates(
                        values.values().stream()
                                .map(value -> name(value.column()))
                                .toList(),
                        values.values().stream()
                                .map(value -> value.value().text(text))
                                .collect(Collectors.joining(", ", "VALUES (", ")")));
        };
        TableUse changed = Objects.requireNonNull(expanded.target());
        Plan.Rehearsal plan = new RehearsalPlanner(
                        expanded,
                        planner.constraints(expanded),
                        planner.residual(expanded, planner.constraints(expanded)),
                        planner.home())
                .insert(changed, candidates, skipsDuplicates(), reason);
        FunctionReach called = FunctionReach.of(expanded, planner.context());
        return called == null ? plan : called.with(plan);
    }

    /** Whether a row that was there already can stay as it is because its new key is another's. */
    private boolean skipsDuplicates() {
        Insert.OnDuplicateKey update = insert.onDuplicateKey();
        return insert.ignore()
                && update != null
                && update.values().stream()
                        .anyMatch(value -> target.definition().keys().stream()
                                .anyMatch(key -> key.unique()
                                        && key.columns().stream().anyMatch(name(value.column())::equalsIgnoreCase)));
    }

    /** Rows that aren't those of a query although they have subqueries. */
    private boolean hasRowWithSubquery() {
        List<Expression> values = new ArrayList<>();
        switch (insert.source()) {
            case Insert.Rows rows -> rows.rows().forEach(row -> values.addAll(row.items()));
            case Insert.Assignments set -> set.values().forEach(value -> values.add(value.value()));
            case Insert.FromQuery query -> {}
        }
        return values.stream().anyMatch(value -> Traits.of(value).subquery())
                && values.stream().anyMatch(value -> value instanceof Expression.DefaultValue || refersToRow(value));
    }

    private boolean namesTargetAgain() {
        return analysis.tables().stream()
                .anyMatch(use -> use != target
                        && use.table() != null
                        && use.definition().equals(target.definition())
                        && Objects.equals(use.database(), target.database()));
    }

    private String name(Expression column) {
        return column instanceof ColumnReference reference ? reference.column().text() : column.text(source);
    }

    private boolean foreignReference(Node node) {
        boolean[] foreign = new boolean[1];
        node.walk(child -> foreign[0] |= child instanceof ColumnReference reference && !isOwn(reference));
        return foreign[0];
    }

    private boolean isOwn(ColumnReference reference) {
        Identifier qualifier = reference.table();
        Insert.RowAlias alias = rowAlias();
        boolean named = qualifier == null
                || qualifier.text().equals(target.correlationName())
                || alias != null && alias.name().is(qualifier.text());
        boolean column = target.definition().column(reference.column().text()) != null
                || alias != null && !alias.columns().isEmpty();
        return column && named;
    }

    private Insert.@Nullable RowAlias rowAlias() {
        return switch (insert.source()) {
            case Insert.Rows rows -> rows.alias();
            case Insert.Assignments values -> values.alias();
            case Insert.FromQuery query -> null;
        };
    }

    static boolean isKey(Table table, Expression column) {
        Rule rule = table.rule();
        return rule != null
                && column instanceof ColumnReference reference
                && rule.columns().contains(reference.column().text().toLowerCase(Locale.ROOT));
    }

    /** Whether the assignment can give a row another place. */
    static boolean movesRows(Table table, Expression column, Expression value) {
        Rule rule = table.rule();
        boolean computed = rule != null
                && rule.columns().stream().map(table::column).anyMatch(key -> key != null && key.generated());
        return computed || isKey(table, column) && !sameColumn(column, value);
    }

    static boolean sameColumn(Expression column, Expression value) {
        return column instanceof ColumnReference left
                && value instanceof ColumnReference right
                && left.column().is(right.column().text())
                && right.table() == null;
    }

    // ---- VALUES and SET ----

    private List<String> columns() {
        if (!insert.columns().isEmpty()) {
            return insert.columns().stream().map(c -> c.column().text()).toList();
        }
        return target.definition().columns().stream()
                .filter(c -> !c.invisible())
                .map(Table.Column::name)
                .toList();
    }

    private Plan values(Insert.Rows rows) {
        List<String> columns = columns();
        List<List<Expression>> values =
                rows.rows().stream().map(Expression.Row::items).toList();
        int end = rows.rows().get(rows.rows().size() - 1).end();
        boolean empty =
                values.stream().allMatch(List::isEmpty) && insert.columns().isEmpty();
        if (empty) {
            String first = defaulted();
            List<Plan.Row> defaults =
                    values.stream().map(v -> new Plan.Row(List.of("DEFAULT"))).toList();
            return rows(List.of(first), defaults, tail(end));
        }
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).size() != columns.size()) {
                throw ErrorCode.COLUMN_COUNT.with(i + 1);
            }
        }
        return rows(columns, values, end);
    }

    /** A column to name where an INSERT names none. */
    private String defaulted() {
        Table.Column numbered = target.definition().autoIncrementColumn();
        return numbered != null ? numbered.name() : columns().get(0);
    }

    private Plan assignments(Insert.Assignments assignments) {
        List<String> columns = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        for (DataChange.ColumnValue value : assignments.values()) {
            columns.add(name(value.column()));
            values.add(value.value());
        }
        int end = assignments.values().get(assignments.values().size() - 1).end();
        return rows(columns, List.of(values), end);
    }

    private Plan rows(List<String> columns, List<List<Expression>> values, int end) {
        boolean subquery =
                values.stream().flatMap(List::stream).anyMatch(v -> Traits.of(v).subquery());
        if (subquery) {
            return fromSubqueries(columns, values, end);
        }
        if (isSameEverywhere(columns, values)) {
            return everywhere();
        }
        if (target.isSharded() && values.size() == 1) {
            Integer partition = partition(columns, values.get(0));
            if (partition != null) {
                return routed(target.definition().partitions().get(partition));
            }
        }
        List<Plan.Row> rows = values.stream()
                .map(row -> new Plan.Row(row.stream().map(this::alone).toList()))
                .toList();
        return rows(columns, rows, tail(end));
    }

    private Plan.InsertRows rows(List<String> columns, List<Plan.Row> rows, String tail) {
        String head =
                source.substring(parsed.statement().start(), insert.table().start());
        String reason = target.isSharded() ? "each row goes to its partition" : "values that can differ come first";
        return new Plan.InsertRows(
                target.definition(),
                String.valueOf(target.database()),
                head,
                columns,
                rows,
                tail,
                insert.replace(),
                insert.ignore(),
                reason);
    }

    /** Values with subqueries are rows of a query. */
    private Plan fromSubqueries(List<String> columns, List<List<Expression>> values, int end) {
        String query = values.stream()
                .map(row -> row.stream().map(v -> v.text(source)).collect(Collectors.joining(", ", "SELECT ", "")))
                .collect(Collectors.joining(" UNION ALL "));
        return new Plan.InsertSelect(
                planner.subSelect(query),
                rows(columns, List.of(), tail(end)),
                values.size() == 1,
                "values come from subqueries");
    }

    private static boolean refersToRow(Expression value) {
        List<Node> open = new ArrayList<>();
        open.add(value);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node instanceof ColumnReference) {
                return true;
            }
            if (!(node instanceof Query)) {
                node.forEachChild(open::add);
            }
        }
        return false;
    }

    // ---- where the rows go ----

    /** A single row's partition if its key is written down; null if the executor must find it. */
    private @Nullable Integer partition(List<String> columns, List<Expression> row) {
        Table table = target.definition();
        Rule rule = Objects.requireNonNull(table.rule());
        if (!table.globalIndexes().isEmpty()
                || table.autoIncrementColumn() != null
                || foreignReference(insert.source())) {
            return null;
        }
        List<KeyValue> key = new ArrayList<>();
        for (String name : rule.columns()) {
            int at = indexOf(columns, name);
            Table.Column column = table.column(name);
            KeyValue value = at < 0 || column == null
                    ? null
                    : planner.reader().stored(column, row.get(at)).orElse(null);
            if (value == null) {
                return null;
            }
            key.add(value);
        }
        return rule.partition(key);
    }

    private static int indexOf(List<String> columns, String name) {
        int found = -1;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(name)) {
                found = found < 0 ? i : columns.size();
            }
        }
        return found < columns.size() ? found : -1;
    }

    private Plan.Route routed(Table.Partition partition) {
        TextEdits edits = ownNames();
        edits.replace(insert.table().span(), Sql.table(partition));
        List<Plan.Names.Renaming> renamings = List.of(new Plan.Names.Renaming(
                partition.schema(),
                partition.table(),
                String.valueOf(target.database()),
                target.definition().name()));
        String database = planner.context().currentDatabase();
        return new Plan.Route(
                partition.group(),
                edits.render(parsed.statement().span()),
                true,
                new Plan.Names(database == null ? "" : database, renamings),
                "the row's key is written down");
    }

    private boolean isSameEverywhere(List<String> columns, List<List<Expression>> values) {
        if (target.place() != TableUse.Place.EVERYWHERE) {
            return false;
        }
        Traits traits = Traits.of(insert);
        if (traits.impure() || traits.assignment()) {
            return false;
        }
        for (Table.Column column : target.definition().columns()) {
            int at = indexOf(columns, column.name());
            boolean given = at >= 0 && values.stream().noneMatch(row -> row.get(at) instanceof Expression.DefaultValue);
            boolean numbered =
                    column.autoIncrement() && !(given && values.stream().allMatch(row -> isNumber(row.get(at))));
            if (numbered || !given && differs(column.defaultExpression())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(Expression value) {
        return value instanceof Literal.IntegerLiteral number && number.value().signum() > 0;
    }

    /** Whether a default could give another value on another instance. */
    private static boolean differs(@Nullable String expression) {
        return expression != null
                && expression.contains("(")
                && !expression.toLowerCase(Locale.ROOT).startsWith("current_timestamp(");
    }

    private Plan.Spread everywhere() {
        List<Plan.Fragment> fragments = planner.context().catalog().groups().values().stream()
                .map(GroupDefinition::name)
                .map(group -> new Plan.Fragment(group, -1, parsed.text()))
                .toList();
        return new Plan.Spread(fragments, true, true, "every Group has a copy");
    }

    // ---- text ----

    /** What stands behind the rows. */
    private String tail(int from) {
        return ownNames().render(new Span(from, parsed.statement().end()));
    }

    private String alone(Expression value) {
        return ownNames().isEmpty() ? value.text(source) : ownNames().render(value.span());
    }

    /** Edits that take the target's name off its columns. */
    private TextEdits ownNames() {
        if (ownNames == null) {
            ownNames = findOwnNames();
        }
        return ownNames;
    }

    private TextEdits findOwnNames() {
        TextEdits edits = new TextEdits(source);
        insert.walk(node -> {
            if (node instanceof ColumnReference reference
                    && reference.table() != null
                    && reference.table().text().equals(target.correlationName())
                    && !(insert.source() instanceof Insert.FromQuery query
                            && query.span().covers(reference.span()))) {
                edits.replace(reference.span(), Sql.quote(reference.column().text()));
            }
        });
        return edits;
    }
}
