package drds.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping of the file while it is read: each value is asked for by its key with its default; {@link #end} refuses what
 * nobody asked for.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB|KiB|MiB|GiB|K|M|G)?", Pattern.CASE_INSENSITIVE);

    private final String source;
    private final String path;
    private final JsonNode node;
    private final TreeSet<String> known = new TreeSet<>();

    Section(String source, String path, JsonNode node) {
        this.source = source;
        this.path = path;
        this.node = node;
        if (!node.isObject() && !node.isNull() && !node.isMissingNode()) {
            throw new ConfigException(
                    source + ": " + (path.isEmpty() ? "the file" : path) + " must hold 'key: value' lines");
        }
    }

    Optional<String> text(String key) {
        JsonNode value = value(key);
        if (value.isNull() || value.isMissingNode()) {
            return Optional.empty();
        }
        if (value.isContainerNode()) {
            throw bad(key, "must be one value");
        }
        return Optional.of(value.asText());
    }

    String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    String required(String key) {
        return text(key).orElseThrow(() -> bad(key, "is missing"));
    }

    boolean flag(String key, boolean fallback) {
        return text(key)
                .map(value -> switch (value.toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "on" -> true;
                    case "false", "no", "off" -> false;
                    default -> throw bad(key, "must be true or false, not '" + value + "'");
                })
                .orElse(fallback);
    }

    int number(String key, int fallback, int least, int most) {
        return text(key)
                .map(value -> {
                    if (!value.matches("-?\\d{1,9}")) {
                        throw bad(key, "must be a number, not '" + value + "'");
                    }
                    int number = Integer.parseInt(value);
                    if (number < least || number > most) {
                        throw bad(key, "must lie between " + least + " and " + most + ", not " + number);
                    }
                    return number;
                })
                .orElse(fallback);
    }

    /** Such as 500ms, 10s, 5m, 1h. */
    Duration duration(String key, Duration fallback) {
        return text(key)
                .map(value -> {
                    Matcher matcher = DURATION.matcher(value);
                    if (!matcher.matches()) {
                        throw bad(key, "must be a duration such as 500ms, 10s or 5m, not '" + value + "'");
                    }
                    long count = Long.parseLong(matcher.group(1));
                    return switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
                })
                .orElse(fallback);
    }

    /** In bytes: such as 65536, 64KiB, 16MiB, 1GB (units count by 1024). */
    long size(String key, long fallback, long least, long most) {
        return text(key)
                .map(value -> {
                    Matcher matcher = SIZE.matcher(value);
                    if (!matcher.matches()) {
                        throw bad(key, "must be a size such as 64KiB, 16MiB or 1GiB, not '" + value + "'");
                    }
                    String unit =
                            matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
                    long factor = switch (unit.charAt(0)) {
                        case 'K' -> 1L << 10;
                        case 'M' -> 1L << 20;
                        case 'G' -> 1L << 30;
                        default -> 1;
                    };
                    long size = Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
                    if (size < least || size > most) {
                        throw bad(key, "must lie between " + least + " and " + most + " bytes, not " + size);
                    }
                    return size;
                })
                .orElse(fallback);
    }

    Section section(String key) {
        return new Section(source, at(key), value(key));
    }

    List<Section> sections(String key) {
        JsonNode value = value(key);
        List<Section> sections = new ArrayList<>();
        if (value.isNull() || value.isMissingNode()) {
            return sections;
        }
        if (!value.isArray()) {
            throw bad(key, "must be a list ('- ...')");
        }
        for (int i = 0; i < value.size(); i++) {
            sections.add(new Section(source, at(key) + "[" + (i + 1) + "]", value.get(i)));
        }
        return sections;
    }

    ConfigException bad(String key, String what) {
        return new ConfigException(source + ": " + at(key) + " " + what);
    }

    /** @throws ConfigException at a key that was never asked for */
    void end() {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                String nearest = nearest(key);
                throw new ConfigException(source + ": unknown key '" + at(key) + "'"
                        + (nearest.isEmpty()
                                ? ", known are " + String.join(", ", known)
                                : " (did you mean '" + nearest + "'?)"));
            }
        });
    }

    private JsonNode value(String key) {
        known.add(key);
        return node.path(key);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String nearest(String key) {
        String best = "";
        int least = Math.max(3, key.length() / 2 + 1);
        for (String candidate : known) {
            int distance = distance(key.toLowerCase(Locale.ROOT).replace('_', '-'), candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's, but letters in another order count once. */
    private static int distance(String left, String right) {
        char[] lefts = left.toCharArray();
        char[] rights = right.toCharArray();
        Arrays.sort(lefts);
        Arrays.sort(rights);
        if (Arrays.equals(lefts, rights)) {
            return 1;
        }
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitution = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
