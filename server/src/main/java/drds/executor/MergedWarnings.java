package drds.executor;

import drds.executor.Outcome.Diagnostic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The warnings of one query that several partitions answered, as one server would have given them. What is wrong with a
 * constant of the statement every partition tells, and one server tells once; what is wrong with rows is told for each.
 */
final class MergedWarnings {
    /** A number divided by zero; a column divided by zero is wrong in each row. */
    private static final Pattern BY_ZERO =
            Pattern.compile("(?i)(?<![\\w.`])[\\d.]+\\s*(?:[/%]|\\b(?:div|mod)\\b)\\s*0(?:\\.0*)?(?![\\d.])");

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private MergedWarnings() {}

    /**
     * @param partitions what each partition told
     * @param sql the statement
     */
    static List<Diagnostic> of(List<List<Diagnostic>> partitions, String sql) {
        Map<Diagnostic, Integer> constants = new HashMap<>();
        partitions.stream().flatMap(List::stream).distinct().forEach(told -> {
            // An empty partition may not look at the constant at all.
            List<Integer> counts = partitions.stream()
                    .map(all -> times(told, all))
                    .filter(times -> times > 0)
                    .distinct()
                    .toList();
            if (counts.size() == 1 && namesConstant(told.message(), sql)) {
                constants.put(told, counts.getFirst());
            }
        });
        List<Diagnostic> merged = new ArrayList<>();
        for (List<Diagnostic> all : partitions) {
            for (Diagnostic told : all) {
                Integer left = constants.get(told);
                if (left == null) {
                    merged.add(told);
                } else if (left > 0) {
                    constants.put(told, left - 1);
                    merged.add(told);
                }
            }
        }
        return merged;
    }

    private static int times(Diagnostic wanted, List<Diagnostic> all) {
        int times = 0;
        for (Diagnostic told : all) {
            times += told.equals(wanted) ? 1 : 0;
        }
        return times;
    }

    /** Whether the value that the message quotes stands in the statement as a whole literal. */
    private static boolean namesConstant(String message, String sql) {
        if (message.startsWith("Division by")) {
            return BY_ZERO.matcher(sql).find();
        }
        int from = message.indexOf('\'');
        int to = message.lastIndexOf('\'');
        if (from < 0 || to <= from + 1) {
            return false;
        }
        String value = message.substring(from + 1, to);
        return sql.contains("'" + value + "'") || sql.contains("\"" + value + "\"") || containsNumber(sql, value);
    }

    private static boolean containsNumber(String sql, String value) {
        return NUMBER.matcher(value).matches()
                && Pattern.compile("(?<![\\w.$`'\"])" + Pattern.quote(value) + "(?![\\w.$`'\"])")
                        .matcher(sql)
                        .find();
    }
}
