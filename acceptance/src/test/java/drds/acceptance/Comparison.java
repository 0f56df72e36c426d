package drds.acceptance;

import drds.acceptance.Answer.Column;
import drds.acceptance.Answer.Done;
import drds.acceptance.Answer.Failure;
import drds.acceptance.Answer.Lost;
import drds.acceptance.Answer.Rows;
import drds.acceptance.Answer.Several;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in what two answers differ.
 *
 * @param fullMetadata also compare the names of schema, table and column and all flags of a column definition
 */
record Comparison(boolean fullMetadata) {
    private static final int STATUS = 1 | 2 | 8;
    private static final int FLAGS = Column.UNSIGNED | Column.ZEROFILL | Column.BINARY | Column.ENUM | Column.SET;
    private static final int ROWS_SHOWN = 4;
    private static final int DECIMAL = 246;
    private static final int TINY_BLOB = 249;
    private static final int BLOB = 252;
    private static final int VAR_STRING = 253;
    private static final int STRING = 254;
    private static final int FIRST_TEXT_TYPE = 249;
    private static final int LAST_TEXT_TYPE = 254;
    private static final int SYNTAX_ERROR = 1064;
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'|`([^`]*)`");

    /** Empty if they agree; else what differs, the reference's side first. */
    Optional<String> difference(TestFile.Step step, Answer reference, Answer drds) {
        if (reference instanceof Several wanted && drds instanceof Several given) {
            return several(step, wanted.parts(), given.parts());
        }
        if (step.has("error")) {
            return expectedError(step.argument("error").orElse("any"), reference, drds);
        }
        if (step.has("may-fail") && reference instanceof Failure wanted) {
            return drds instanceof Failure given && given.number() == wanted.number()
                    ? Optional.empty()
                    : differ(reference, drds);
        }
        return switch (reference) {
            case Failure failure -> Optional.of("the reference refuses the statement (mark it --error): " + failure);
            case Lost lost -> Optional.of("the reference is lost: " + lost.reason());
            case Several several -> differ(reference, drds);
            case Done done -> drds instanceof Done other ? done(step, done, other) : differ(reference, drds);
            case Rows rows -> drds instanceof Rows other ? rows(step, rows, other) : differ(reference, drds);
        };
    }

    /** An error that is expected is the last answer; the others before it are compared all the same. */
    private Optional<String> several(TestFile.Step step, List<Answer> reference, List<Answer> drds) {
        if (reference.size() != drds.size()) {
            return differ(new Several(reference), new Several(drds));
        }
        var parts = new ArrayList<String>();
        for (int i = 0; i < reference.size(); i++) {
            int number = i + 1;
            TestFile.Step own = i + 1 < reference.size() ? step.without("error") : step;
            difference(own, reference.get(i), drds.get(i))
                    .ifPresent(detail -> parts.add("answer " + number + ": " + detail));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", parts));
    }

    private static Optional<String> expectedError(String expected, Answer reference, Answer drds) {
        if (!(reference instanceof Failure wanted)) {
            return Optional.of("the reference takes the statement (marked --error): " + shown(reference));
        }
        if (!expected.equals("any") && !expected.isEmpty() && !expected.equals(String.valueOf(wanted.number()))) {
            return Optional.of("the reference answers another error: " + wanted);
        }
        if (!(drds instanceof Failure given)) {
            return differ(reference, drds);
        }
        boolean same = expected.equals("any")
                || (wanted.number() == given.number()
                        && wanted.state().equals(given.state())
                        && sameMessage(wanted.number(), wanted.message(), given.message()));
        return same ? Optional.empty() : differ(reference, drds);
    }

    /** True if each name that the reference quotes is quoted by DRDS too; a syntax error may tell of another place. */
    private static boolean sameMessage(int number, String reference, String drds) {
        return number == SYNTAX_ERROR || quoted(reference).stream().allMatch(drds::contains);
    }

    private static List<String> quoted(String message) {
        return QUOTED.matcher(message).results().map(Comparison::content).toList();
    }

    private static String content(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }

    private static Optional<String> done(TestFile.Step step, Done reference, Done drds) {
        var parts = new ArrayList<String>();
        compare(parts, "affected rows", reference.affectedRows(), drds.affectedRows());
        boolean anyId = step.has("any-id");
        compare(
                parts,
                "last insert id",
                anyId ? reference.lastInsertId() > 0 : reference.lastInsertId(),
                anyId ? drds.lastInsertId() > 0 : drds.lastInsertId());
        if (!step.has("no-warnings")) {
            compare(parts, "warning count", reference.warnings(), drds.warnings());
        }
        compare(parts, "status flags", reference.status() & STATUS, drds.status() & STATUS);
        if (!step.has("no-info")) {
            compare(parts, "info", reference.info(), drds.info());
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", parts));
    }

    private static void compare(List<String> parts, String what, Object reference, Object drds) {
        if (!reference.equals(drds)) {
            parts.add(what + ": reference " + reference + ", drds " + drds);
        }
    }

    private Optional<String> rows(TestFile.Step step, Rows reference, Rows drds) {
        var parts = new ArrayList<String>();
        columns(parts, step, reference.columns(), drds.columns());
        cells(parts, step.ordered(), reference.rows(), drds.rows());
        if (!step.has("no-warnings")) {
            compare(parts, "warning count", reference.warnings(), drds.warnings());
        }
        compare(parts, "status flags", reference.status() & STATUS, drds.status() & STATUS);
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", parts));
    }

    private void columns(List<String> parts, TestFile.Step step, List<Column> reference, List<Column> drds) {
        compare(
                parts,
                "column names",
                reference.stream().map(Column::name).toList(),
                drds.stream().map(Column::name).toList());
        if (step.has("no-types") || reference.size() != drds.size()) {
            return;
        }
        for (int i = 0; i < reference.size(); i++) {
            compare(
                    parts,
                    "column " + (i + 1) + " " + reference.get(i).name(),
                    type(reference.get(i)),
                    type(drds.get(i)));
        }
    }

    private String type(Column column) {
        String type = "type " + kind(column) + " charset " + column.charset() + " length " + length(column)
                + " decimals " + decimals(column);
        return fullMetadata
                ? type + " flags " + column.flags() + " of " + column.schema() + "." + column.table() + "="
                        + column.originalTable() + "." + column.originalName()
                : type + " flags " + flags(column);
    }

    /** A long text of a temporary table is of another size than the same without one. */
    private static int kind(Column column) {
        boolean madeText = isComputed(column) && column.type() == VAR_STRING;
        return column.type() >= TINY_BLOB && column.type() <= BLOB ? BLOB : madeText ? STRING : column.type();
    }

    /** No column of a table; one of a derived table that is written down has that one's name, but no schema. */
    private static boolean isComputed(Column column) {
        return column.schema().isEmpty();
    }

    /** MariaDB sets BINARY on numbers or not as its plan uses a temporary table or not. */
    private static int flags(Column column) {
        boolean number = column.type() < FIRST_TEXT_TYPE || column.type() == DECIMAL;
        return column.flags() & (number ? FLAGS & ~Column.BINARY : FLAGS);
    }

    /** The plan leaves its mark here too: how long an integer that is computed can be, a column's place for the sign, how long a text is that has no limit. */
    private static long length(Column column) {
        return switch (column.type()) {
            case 1, 2, 3, 8, 9, 13 -> isComputed(column) ? 0 : column.length() | 1;
            case 249, 250, 251, 252 -> 0;
            default -> column.length();
        };
    }

    /** A text's decimals are a by-product of MariaDB's plan: 0, or 39 for "not fixed". */
    private static int decimals(Column column) {
        boolean text = column.type() >= FIRST_TEXT_TYPE && column.type() <= LAST_TEXT_TYPE;
        return text ? 0 : column.decimals();
    }

    private static void cells(
            List<String> parts,
            boolean ordered,
            List<List<@Nullable String>> reference,
            List<List<@Nullable String>> drds) {
        if (reference.equals(drds) || (!ordered && counts(reference).equals(counts(drds)))) {
            return;
        }
        List<List<@Nullable String>> missing = without(reference, drds);
        List<List<@Nullable String>> extra = without(drds, reference);
        if (missing.isEmpty() && extra.isEmpty()) {
            parts.add("order of rows: reference " + sample(reference) + ", drds " + sample(drds));
        } else {
            parts.add("rows: reference " + reference.size() + ", drds " + drds.size() + "; only in the reference "
                    + sample(missing) + "; only in drds " + sample(extra));
        }
    }

    private static Map<List<@Nullable String>, Integer> counts(List<List<@Nullable String>> rows) {
        var counts = new HashMap<List<@Nullable String>, Integer>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }

    private static List<List<@Nullable String>> without(
            List<List<@Nullable String>> rows, List<List<@Nullable String>> others) {
        var left = counts(others);
        return rows.stream()
                .filter(row -> left.merge(row, -1, Integer::sum) < 0)
                .toList();
    }

    private static String sample(List<?> rows) {
        String shown =
                rows.stream().limit(ROWS_SHOWN).map(String::valueOf).toList().toString();
        String cut = shown.length() > 600 ? shown.substring(0, 600) + "..." : shown;
        return rows.size() > ROWS_SHOWN ? cut + " and " + (rows.size() - ROWS_SHOWN) + " more" : cut;
    }

    private static Optional<String> differ(Answer reference, Answer drds) {
        return Optional.of("reference: " + shown(reference) + "\ndrds:      " + shown(drds));
    }

    static String shown(Answer answer) {
        return switch (answer) {
            case Rows rows -> rows.rows().size() + " rows " + sample(rows.rows());
            case Done done -> done.toString();
            case Failure failure -> "ERROR " + failure.number() + " (" + failure.state() + ") " + failure.message();
            case Lost lost -> "no answer: " + lost.reason();
            case Several several ->
                several.parts().stream().map(Comparison::shown).toList().toString();
        };
    }

    /** Compares what SHOW WARNINGS lists: level, number and the quoted names, in any order. */
    Optional<String> warnings(Answer reference, Answer drds) {
        if (!(reference instanceof Rows wanted) || !(drds instanceof Rows given)) {
            return reference instanceof Failure && drds instanceof Failure ? Optional.empty() : differ(reference, drds);
        }
        boolean same = warnings(wanted).equals(warnings(given));
        return same
                ? Optional.empty()
                : Optional.of("warnings: reference " + sample(wanted.rows()) + ", drds " + sample(given.rows()));
    }

    private static List<String> warnings(Rows rows) {
        return rows.rows().stream()
                .map(row -> row.get(0) + " " + row.get(1) + " " + quoted(String.valueOf(row.get(2))))
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
