package drds.ddl;

import drds.parser.DataDefinition.StoredObject;
import drds.parser.ParserModes;
import drds.parser.Span;
import drds.parser.SqlText;
import drds.parser.TextEdits;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The DEFINER of a stored program: one that the home instance doesn't know, since it is DRDS's account alone, could not run there. */
final class Definer {
    private static final String NAME = "('[^']*'|`[^`]*`|\"[^\"]*\"|[\\w$.%-]+)";
    private static final Pattern CLAUSE =
            Pattern.compile("(?i)\\bDEFINER\\s*=\\s*" + NAME + "(?:\\s*@\\s*" + NAME + ")?");

    private Definer() {}

    /** Takes the clause away where its account isn't there; DRDS itself is the definer then. */
    static void adapt(StoredObject stored, String source, TextEdits edits, Cluster cluster) {
        String head = source.substring(stored.span().start(), stored.name().start());
        Matcher clause = CLAUSE.matcher(head);
        if (!clause.find() || clause.group(1).equalsIgnoreCase("CURRENT_USER")) {
            return;
        }
        String host = clause.group(2);
        if (!isThere(plain(clause.group(1)), host == null ? "%" : plain(host), cluster)) {
            int start = stored.span().start();
            edits.remove(new Span(start + clause.start(), start + clause.end()));
        }
    }

    private static boolean isThere(String user, String host, Cluster cluster) {
        byte @Nullable [] count = cluster.onHome(work -> work.column("SELECT COUNT(*) FROM mysql.user WHERE User = "
                        + SqlText.string(user, ParserModes.DEFAULT) + " AND Host = "
                        + SqlText.string(host, ParserModes.DEFAULT)))
                .getFirst();
        return count != null && count[0] != '0';
    }

    private static String plain(String name) {
        char first = name.charAt(0);
        return first == '\'' || first == '`' || first == '"' ? name.substring(1, name.length() - 1) : name;
    }
}
