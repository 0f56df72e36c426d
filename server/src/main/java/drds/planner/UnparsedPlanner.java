package drds.planner;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.parser.ParsedStatement;
import drds.parser.Unparsed;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text that isn't understood goes home as it is, if nothing in it can mean more than the home schema's own tables. */
final class UnparsedPlanner {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_$]+");
    private static final int SYNTAX_ERROR = 1064;
    private static final String SYSTEM_SCHEMA = "drds";

    private UnparsedPlanner() {}

    static Plan plan(ParsedStatement parsed, Unparsed unparsed, StatementPlanner planner) {
        Set<String> words = new HashSet<>();
        Matcher matcher = WORD.matcher(parsed.source());
        while (matcher.find()) {
            words.add(matcher.group().toLowerCase(Locale.ROOT));
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
                || database.tables().values().stream()
                        .anyMatch(t -> t.kind() != Table.Kind.SINGLE && words.contains(lower(t.name())));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
