package drds.ddl;

import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.parser.SqlText;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tables' definitions as SHOW CREATE TABLE gives them: texts that are compared, renamed and inverted. */
final class Definitions {
    private static final Pattern HEAD = Pattern.compile("\\ACREATE TABLE `(?:[^`]|``)+`");
    private static final Pattern AUTO_INCREMENT = Pattern.compile("( ENGINE=\\w+) AUTO_INCREMENT=(\\d+)");
    private static final Pattern COLUMN = Pattern.compile("`((?:[^`]|``)+)` (.*)", Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("(?:UNIQUE |FULLTEXT |SPATIAL |VECTOR )?KEY `((?:[^`]|``)+)` .*", Pattern.DOTALL);
    private static final Pattern CONSTRAINT =
            Pattern.compile("CONSTRAINT `((?:[^`]|``)+)` (CHECK|FOREIGN KEY) .*", Pattern.DOTALL);
    private static final Pattern LATE_ATTRIBUTES = Pattern.compile(" (?:DEFAULT|COMMENT) ");

    private Definitions() {}

    /** Without the counter of AUTO_INCREMENT, which changes by itself. */
    static String show(Work work, TableName table) {
        byte[] text = work.rows("SHOW CREATE TABLE " + table.quoted()).getFirst()[1];
        return withoutCounter(new String(text == null ? new byte[0] : text, StandardCharsets.UTF_8));
    }

    static String withoutCounter(String definition) {
        Matcher matcher = AUTO_INCREMENT.matcher(definition);
        int last = -1;
        while (matcher.find()) {
            last = matcher.start();
        }
        return last < 0
                ? definition
                : definition.substring(0, last)
                        + AUTO_INCREMENT.matcher(definition.substring(last)).replaceFirst("$1");
    }

    /** The same for the same definition, whatever the table is called. */
    static String fingerprint(String definition) {
        try {
            byte[] text = HEAD.matcher(definition).replaceFirst("").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static boolean exists(Work work, TableName table) {
        return !work.rows("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + literal(table.schema())
                        + " AND TABLE_NAME = " + literal(table.table()))
                .isEmpty();
    }

    static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** The same definition under another name. */
    static String named(String definition, TableName table) {
        return HEAD.matcher(definition).replaceFirst(Matcher.quoteReplacement("CREATE TABLE " + table.quoted()));
    }

    /**
     * What leads from {@code after} back to {@code before} without touching a row, where there is such a thing: columns, keys
     * and checks that were added are dropped, keys that were dropped are added, defaults and comments set back.
     *
     * @return the actions of an ALTER TABLE; empty if rows would be touched
     */
    static Optional<String> inverse(String before, String after) {
        List<String> old = lines(before);
        List<String> now = lines(after);
        if (!old.getLast().equals(now.getLast())) {
            return Optional.empty();
        }
        Set<String> removed = new LinkedHashSet<>(old.subList(1, old.size() - 1));
        Set<String> added = new LinkedHashSet<>(now.subList(1, now.size() - 1));
        Set<String> same = new LinkedHashSet<>(removed);
        same.retainAll(added);
        removed.removeAll(same);
        added.removeAll(same);
        if (!keepsOrder(old, now, same)) {
            return Optional.empty();
        }
        List<String> actions = new ArrayList<>();
        for (String line : added) {
            Optional<String> action = dropped(line, removed);
            if (action.isEmpty()) {
                return Optional.empty();
            }
            actions.add(action.get());
        }
        for (String line : removed) {
            if (KEY.matcher(line).matches()) {
                actions.add("ADD " + line);
            } else if (!COLUMN.matcher(line).matches()
                    || actions.stream().noneMatch(a -> a.equals("MODIFY COLUMN " + line))) {
                return Optional.empty();
            }
        }
        return actions.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", actions));
    }

    /** How an added line goes away again; empty if it can't without loss. */
    private static Optional<String> dropped(String line, Set<String> removed) {
        Matcher key = KEY.matcher(line);
        if (key.matches()) {
            return Optional.of("DROP KEY `" + key.group(1) + "`");
        }
        Matcher constraint = CONSTRAINT.matcher(line);
        if (constraint.matches()) {
            return constraint.group(2).equals("CHECK")
                    ? Optional.of("DROP CONSTRAINT `" + constraint.group(1) + "`")
                    : Optional.empty();
        }
        Matcher column = COLUMN.matcher(line);
        if (!column.matches() || line.contains(" AUTO_INCREMENT")) {
            return Optional.empty();
        }
        for (String old : removed) {
            Matcher was = COLUMN.matcher(old);
            if (was.matches() && was.group(1).equalsIgnoreCase(column.group(1))) {
                return was.group(1).equals(column.group(1))
                                && stored(was.group(2)).equals(stored(column.group(2)))
                        ? Optional.of("MODIFY COLUMN " + old)
                        : Optional.empty();
            }
        }
        return Optional.of("DROP COLUMN `" + column.group(1) + "`");
    }

    /** The part of a column's definition that rows depend on. */
    private static String stored(String column) {
        Matcher late = LATE_ATTRIBUTES.matcher(column);
        return late.find() ? column.substring(0, late.start()) : column;
    }

    private static boolean keepsOrder(List<String> old, List<String> now, Set<String> same) {
        List<String> first = old.stream()
                .filter(line -> same.contains(line) && line.startsWith("`"))
                .toList();
        List<String> second = now.stream()
                .filter(line -> same.contains(line) && line.startsWith("`"))
                .toList();
        return first.equals(second);
    }

    private static List<String> lines(String definition) {
        return definition
                .lines()
                .map(line -> line.strip())
                .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                .toList();
    }

    /** How the logical table is shown: its face's definition with the rule, and with the counter where there is one. */
    static String logical(String face, String clause, long counter) {
        String definition = withoutCounter(face);
        if (counter > 1) {
            int options = definition.lastIndexOf("\n) ENGINE=");
            int end = options < 0 ? -1 : definition.indexOf(' ', options + 3);
            if (options >= 0) {
                int at = end < 0 ? definition.length() : end;
                definition = definition.substring(0, at) + " AUTO_INCREMENT=" + counter + definition.substring(at);
            }
        }
        return clause.isEmpty() ? definition : definition + "\n" + clause;
    }

    /** The global indexes that users asked for, in the words that make them again. */
    static String withGlobalIndexes(String face, Table table) {
        List<String> lines = new ArrayList<>();
        for (String line : face.split("\n", -1)) {
            String shown = line;
            for (GlobalIndex index : table.storedIndexes()) {
                String head = (index.unique() ? "  UNIQUE KEY " : "  KEY ") + quoted(index.name()) + " ";
                if (!index.automatic() && line.startsWith(head)) {
                    boolean comma = line.endsWith(",");
                    shown = line.substring(0, line.length() - (comma ? 1 : 0))
                                    .replaceFirst("KEY", index.clustered() ? "CLUSTERED INDEX" : "GLOBAL INDEX")
                            + GlobalIndexClause.shown(index)
                            + (comma ? "," : "");
                }
            }
            lines.add(shown);
        }
        return String.join("\n", lines);
    }

    static String quoted(String name) {
        return SqlText.identifier(name);
    }
}
