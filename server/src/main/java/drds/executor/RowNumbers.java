package drds.executor;

import drds.error.SqlError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows of an INSERT one of its physical statements has, in its order: instances count their own rows in what they tell.
 *
 * @param numbers from 1
 */
record RowNumbers(int[] numbers) {
    private static final Pattern ROW = Pattern.compile("(?<= at row )\\d+$");

    /** The row that a message ends with; the greatest number if with none. */
    static int row(String message) {
        Matcher matcher = ROW.matcher(message);
        return matcher.find() ? Integer.parseInt(matcher.group()) : Integer.MAX_VALUE;
    }

    /** The message with the number of the row among all. */
    String in(String message) {
        return ROW.matcher(message).replaceFirst(this::among);
    }

    SqlError in(SqlError error) {
        String text = in(error.message());
        return text.equals(error.message()) ? error : new SqlError(error.number(), error.sqlState(), text, error);
    }

    List<Outcome.Diagnostic> in(List<Outcome.Diagnostic> told) {
        return told.stream()
                .map(one -> new Outcome.Diagnostic(one.level(), one.code(), in(one.message())))
                .toList();
    }

    private String among(MatchResult match) {
        int row = Integer.parseInt(match.group());
        return row >= 1 && row <= numbers.length ? Integer.toString(numbers[row - 1]) : match.group();
    }

    /** What several statements told, in the order of the rows, as far as it names them. */
    static List<Outcome.Diagnostic> inOrder(List<Outcome.Diagnostic> told) {
        List<Outcome.Diagnostic> sorted = new ArrayList<>(told);
        if (told.stream().allMatch(one -> row(one.message()) != Integer.MAX_VALUE)) {
            sorted.sort(Comparator.comparingInt(one -> row(one.message())));
        }
        return sorted;
    }
}
