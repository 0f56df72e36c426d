package drds.planner;

import drds.analyzer.TableNames;
import drds.catalog.Database;
import drds.error.SqlError;
import drds.parser.ParsedStatement;
import drds.parser.Unparsed;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that isn't understood goes home as it is, if it begins like a query or a change of rows and nothing in it can mean more
 * than the home schema's own tables. Whatever else it is could change the instance itself: its accounts, its variables.
 */
final class UnparsedPlanner {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_$]+");
    private static final Pattern COMMENTS = Pattern.compile("\\A(\\s+|/\\*[^!M](?s:.*?)\\*/|--\\s.*|#.*)+");
    private static final Set<String> HARMLESS = Set.of(
            "select",
            "with",
            "values",
            "table",
            "insert",
            "replace",
            "update",
            "delete",
            "show",
            "describe",
            "desc",
            "explain",
            "help");
    private static final int SYNTAX_ERROR = 1064;
    private static final String SYSTEM_SCHEMA = "drds";

    private UnparsedPlanner() {}

    static Plan plan(ParsedStatement parsed, Unparsed unparsed, StatementPlanner planner) {
        Set<String> words = new LinkedHashSet<>();
        Matcher matcher = WORD.matcher(COMMENTS.matcher(parsed.source()).replaceFirst(""));
        while (matcher.find()) {
            words.add(lower(matcher.group()));
        }
        boolean ofInstance = words.stream().anyMatch(TableNames::isSystem);
        if (words.isEmpty() || !HARMLESS.contains(words.iterator().next()) || ofInstance) {
            throw new SqlError(SYNTAX_ERROR, "42000", unparsed.message());
        }
        for (Database database : planner.context().catalog().databases().values()) {
            if (namesMore(database, words)) {
                throw new SqlError(SYNTAX_ERROR, "42000", unparsed.message());
            }
        }
        return planner.home(parsed, true, "not understood, but only tables of the home schema can be meant");
    }

    private static boolean namesMore(Database database, Set<String> words) {
        boolean hidden = words.contains(SYSTEM_SCHEMA)
                || database.shards().stream().anyMatch(s -> words.contains(lower(s.schema())));
        boolean views = database.views().keySet().stream().anyMatch(v -> words.contains(lower(v)));
        return hidden
                || views
                || database.tables().values().stream().anyMatch(t -> !t.isAtHome() && words.contains(lower(t.name())));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
