package drds.executor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts that come with OK, such as {@code Rows matched: 2  Changed: 1  Warnings: 0}. */
final class InfoText {
    private static final Pattern NUMBER = Pattern.compile("([A-Za-z][A-Za-z ]*): (\\d+)");

    private InfoText() {}

    /** One text with the numbers of several added up; the first one's if they have no numbers. */
    static String sum(List<String> texts) {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (String text : texts) {
            Matcher matcher = NUMBER.matcher(text);
            while (matcher.find()) {
                sums.merge(matcher.group(1), Long.parseLong(matcher.group(2)), Long::sum);
            }
        }
        if (sums.isEmpty()) {
            return texts.isEmpty() ? "" : texts.getFirst();
        }
        return write(sums);
    }

    static String write(Map<String, Long> numbers) {
        StringBuilder text = new StringBuilder();
        numbers.forEach((label, number) -> text.append(text.isEmpty() ? "" : "  ")
                .append(label)
                .append(": ")
                .append(number));
        return text.toString();
    }

    /** The number behind a label, 0 if it is not there. */
    static long number(String text, String label) {
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                return Long.parseLong(matcher.group(2));
            }
        }
        return 0;
    }
}
