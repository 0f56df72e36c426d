package drds.session;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.eventual.FlexibleTransaction;
import drds.mysql.ResultWriter;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.Insert;
import drds.parser.Literal;
import drds.parser.Node;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.SqlText;
import drds.parser.TableReference;
import drds.parser.Update;
import drds.session.RowImages.Image;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A change inside a flexible transaction: committed at once, together with how to take it back. */
final class FlexibleChange {
    private static final int ROWS_LIMIT = 10_000;

    private final Session session;
    private final Engine engine;
    private final Dispatch dispatch;

    FlexibleChange(Session session, Engine engine, Dispatch dispatch) {
        this.session = session;
        this.engine = engine;
        this.dispatch = dispatch;
    }

    /** What a change came to. @param undo the statements that take it back */
    private record Done(long affectedRows, long insertId, int warnings, String info, List<String> undo) {}

    boolean run(ParsedStatement parsed, ResultWriter out) {
        Done done = switch (parsed.statement()) {
            case Insert insert -> change(() -> insert(parsed, insert));
            case Update update -> change(() -> update(parsed, update));
            case Delete delete -> change(() -> delete(parsed, delete));
            default -> throw refused("only INSERT, UPDATE and DELETE can be taken back");
        };
        session.diagnostics().changed(done.affectedRows, done.insertId);
        out.ok(done.affectedRows, done.insertId, session.status(), done.warnings, done.info);
        return true;
    }

    private static SqlError refused(String why) {
        return ErrorCode.NOT_FLEXIBLE.with(why);
    }

    /** Makes the change in a transaction of its own. */
    private Done change(Supplier<Done> change) {
        Transaction outer = session.transaction();
        FlexibleTransaction end = (FlexibleTransaction) outer.flexibleEnd();
        Transaction inner = engine.newTransaction(session.watch());
        boolean committing = false;
        boolean done = false;
        session.use(inner);
        try {
            inner.begin(Characteristics.DEFAULT);
            Done result = change.get();
            end.remember(inner, session.variables().stateWithoutUserVariables(), result.undo);
            committing = true;
            inner.commit();
            done = true;
            return result;
        } catch (SqlError error) {
            if (error.sqlState().startsWith("40") || committing) {
                // MySQL takes the whole transaction back then.
                inner.rollback();
                session.use(outer);
                outer.rollback();
            }
            throw error;
        } finally {
            if (!done) {
                inner.rollback();
            }
            session.use(outer);
        }
    }

    // ---- INSERT ----

    private Done insert(ParsedStatement parsed, Insert insert) {
        if (insert.replace() || insert.ignore() || insert.onDuplicateKey() != null) {
            throw refused("REPLACE, IGNORE and ON DUPLICATE KEY UPDATE may change rows that nobody has seen before");
        }
        refuseReturning(insert.returning());
        Table table = table(parsed, insert.table());
        RowImages images = RowImages.whole(table);
        long idBefore = session.diagnostics().lastInsertId();
        QuietAnswer answer = run(parsed.text() + " RETURNING " + images.items(""));
        String name = qualified(insert.table());
        List<String> undo = images(images, answer).stream()
                .map(row -> "DELETE FROM " + name + " WHERE " + row.unchanged())
                .toList();
        long idAfter = session.diagnostics().lastInsertId();
        boolean several =
                !(insert.source() instanceof Insert.Rows rows && rows.rows().size() == 1)
                        && !(insert.source() instanceof Insert.Assignments);
        String info = "Records: " + undo.size() + "  Duplicates: 0  Warnings: " + answer.warnings();
        return new Done(
                undo.size(),
                idAfter == idBefore ? 0 : idAfter,
                answer.warnings(),
                several ? info : "",
                undo.reversed());
    }

    // ---- DELETE ----

    private Done delete(ParsedStatement parsed, Delete delete) {
        if (!delete.targets().isEmpty()
                || !(delete.tables() instanceof TableReference.TableName name)
                || delete.with() != null
                || delete.portion() != null
                || delete.modifiers().contains(DataChange.Modifier.IGNORE)) {
            throw refused("DELETE of one table alone can be taken back");
        }
        refuseReturning(delete.returning());
        Table table = table(parsed, name.name());
        RowImages images = RowImages.whole(table);
        QuietAnswer answer = run(parsed.text() + " RETURNING " + images.items(""));
        String head = "INSERT INTO " + qualified(name.name()) + " ("
                + images.columns().stream()
                        .map(column -> SqlText.identifier(column.name()))
                        .collect(Collectors.joining(", "))
                + ") VALUES (";
        List<String> undo = images(images, answer).stream()
                .map(row -> head + String.join(", ", row.literals()) + ")")
                .toList();
        return new Done(undo.size(), 0, answer.warnings(), "", undo.reversed());
    }

    // ---- UPDATE ----

    private Done update(ParsedStatement parsed, Update update) {
        if (!(update.tables() instanceof TableReference.TableName name)
                || update.with() != null
                || update.portion() != null
                || update.modifiers().contains(DataChange.Modifier.IGNORE)) {
            throw refused("UPDATE of one table alone can be taken back");
        }
        refuseReturning(update.returning());
        Table table = table(parsed, name.name());
        Set<String> changed = changed(table, update);
        RowImages images = RowImages.of(table, changed);
        String reference = update.tables().text(parsed.source());
        String qualifier = SqlText.identifier(
                        name.alias() != null
                                ? name.alias().text()
                                : name.name().name().text()) + ".";
        String items = images.items(qualifier);
        String source = parsed.source();
        StringBuilder select = new StringBuilder("SELECT " + items + " FROM " + reference);
        for (Node clause : new @Nullable Node[] {update.where(), update.orderBy(), update.limit()}) {
            if (clause != null) {
                select.append(' ').append(clause.text(source));
            }
        }
        List<Image> before = images(images, run(select + " FOR UPDATE"));
        String found = before.isEmpty()
                ? "FALSE"
                : before.stream().map(row -> "(" + row.found() + ")").collect(Collectors.joining(" OR "));
        int end = update.values().getLast().end();
        QuietAnswer answer = run(source.substring(update.start(), end) + " WHERE " + found);
        if (before.isEmpty()) {
            return new Done(0, 0, answer.warnings(), answer.info(), List.of());
        }
        List<Image> after = images(images, run("SELECT " + items + " FROM " + reference + " WHERE " + found));
        return new Done(
                answer.affectedRows(),
                0,
                answer.warnings(),
                answer.info(),
                undo(qualified(name.name()), changed, deltas(table, update), before, after));
    }

    private Set<String> changed(Table table, Update update) {
        Set<String> changed = new LinkedHashSet<>();
        for (DataChange.ColumnValue value : update.values()) {
            if (!(value.column() instanceof Expression.ColumnReference column)) {
                throw refused("it sets more than columns");
            }
            changed.add(column.column().text());
        }
        table.columns().stream()
                .filter(column -> column.onUpdate() != null)
                .forEach(column -> changed.add(column.name()));
        Set<String> identity = RowImages.identity(table);
        if (changed.stream().anyMatch(name -> RowImages.has(identity, name))) {
            throw refused("it changes the primary key or the shard key");
        }
        return changed;
    }

    private static List<String> undo(
            String table, Set<String> changed, Map<String, BigDecimal> deltas, List<Image> before, List<Image> after) {
        Map<String, Image> byKey = new HashMap<>();
        after.forEach(row -> byKey.put(row.found(), row));
        List<String> undo = new ArrayList<>();
        for (Image old : before) {
            Image now = byKey.get(old.found());
            if (now == null) {
                throw refused("a row that it changed can't be found again");
            }
            StringJoiner set = new StringJoiner(", ");
            StringJoiner still = new StringJoiner(" AND ");
            still.add(old.found());
            for (String column : changed) {
                String name = SqlText.identifier(column);
                BigDecimal delta = deltas.get(column.toLowerCase(Locale.ROOT));
                if (delta != null && isDelta(old.of(column), now.of(column), delta)) {
                    set.add(name + " = " + name + (delta.signum() < 0 ? " + " : " - ")
                            + delta.abs().toPlainString());
                } else if (!old.of(column).equals(now.of(column))) {
                    set.add(name + " = " + old.of(column));
                    still.add(name + " <=> " + now.of(column));
                }
            }
            if (set.length() > 0) {
                undo.add("UPDATE " + table + " SET " + set + " WHERE " + still);
            }
        }
        return undo.reversed();
    }

    private static boolean isDelta(String old, String now, BigDecimal delta) {
        return !old.equals("NULL")
                && !now.equals("NULL")
                && delta.signum() != 0
                && new BigDecimal(now).subtract(new BigDecimal(old)).compareTo(delta) == 0;
    }

    /** By how much columns change that are set to themselves plus or minus a number; names in lower case. */
    private static Map<String, BigDecimal> deltas(Table table, Update update) {
        Map<String, BigDecimal> deltas = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (DataChange.ColumnValue value : update.values()) {
            Expression.ColumnReference column = (Expression.ColumnReference) value.column();
            String name = column.column().text().toLowerCase(Locale.ROOT);
            BigDecimal delta = delta(table.column(name), value.value());
            if (!seen.add(name) || delta == null) {
                deltas.remove(name);
            } else {
                deltas.put(name, delta);
            }
        }
        return deltas;
    }

    private static @Nullable BigDecimal delta(Table.@Nullable Column column, Expression value) {
        if (column == null || !(value instanceof Expression.Binary sum)) {
            return null;
        }
        boolean minus = sum.operator() == Expression.BinaryOperator.MINUS;
        if (!minus && sum.operator() != Expression.BinaryOperator.PLUS) {
            return null;
        }
        boolean exact = switch (column.dataType()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal" -> true;
            default -> false;
        };
        BigDecimal number = names(sum.left(), column)
                ? number(sum.right())
                : !minus && names(sum.right(), column) ? number(sum.left()) : null;
        return !exact || number == null ? null : minus ? number.negate() : number;
    }

    private static boolean names(Expression expression, Table.Column column) {
        return expression instanceof Expression.ColumnReference reference
                && reference.column().is(column.name());
    }

    private static @Nullable BigDecimal number(Expression expression) {
        return switch (expression) {
            case Literal.IntegerLiteral number -> new BigDecimal(number.value());
            case Literal.DecimalLiteral number -> number.value();
            case Expression.Unary minus
            when minus.operator() == Expression.UnaryOperator.MINUS -> {
                BigDecimal number = number(minus.operand());
                yield number == null ? null : number.negate();
            }
            default -> null;
        };
    }

    // ---- the statement and its table ----

    private static void refuseReturning(DataChange.@Nullable Returning returning) {
        if (returning != null) {
            throw refused("RETURNING is needed for DRDS's own reading");
        }
    }

    private Table table(ParsedStatement parsed, QualifiedName name) {
        String database = database(name);
        Database found = engine.catalog().database(database);
        Table table = found == null ? null : found.table(name.name().text());
        if (table == null) {
            dispatch.planned().judge(parsed);
            throw refused(name.name().text() + " is no table of a logical database");
        }
        if (HeldTables.named(parsed.statement(), session.variables().database()).stream()
                .anyMatch(session.temporary()::has)) {
            throw refused("it uses temporary tables");
        }
        if (!dispatch.planned().triggers(parsed.statement()).isEmpty()) {
            throw refused("triggers change what could not be taken back");
        }
        if (table.cascading()) {
            throw refused("foreign keys of the table change other rows along with it");
        }
        if (!PlannedStatements.VariableUse.in(parsed.statement()).assigned().isEmpty()) {
            throw refused("it sets user variables");
        }
        return table;
    }

    private String database(QualifiedName name) {
        String current = session.variables().database();
        return name.schema() != null ? name.schema().text() : current == null ? "" : current;
    }

    private String qualified(QualifiedName name) {
        return SqlText.identifier(database(name)) + "."
                + SqlText.identifier(name.name().text());
    }

    private QuietAnswer run(String sql) {
        session.throwIfInterrupted();
        QuietAnswer answer = new QuietAnswer(ROWS_LIMIT, FlexibleChange::tooMany);
        dispatch.planned().run(dispatch.parse(sql), answer);
        return answer;
    }

    private static SqlError tooMany() {
        return refused("it changes more than " + ROWS_LIMIT + " rows");
    }

    private static List<Image> images(RowImages images, QuietAnswer answer) {
        MemoryResult rows = answer.result();
        return images.read(rows);
    }
}
