package drds.session.operate;

import drds.error.ErrorCode;
import drds.parser.DataDefinition;
import drds.parser.Hint;
import drds.parser.HintCommand;
import drds.parser.HintReader;
import drds.parser.ParsedStatement;
import drds.parser.SessionStatement;
import drds.parser.TextEdits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the hints of one statement say.
 *
 * @param place node or scan; null where DRDS chooses
 * @param master whether reads go to primaries
 * @param slave whether reads go to replicas, outside of a transaction that is open
 * @param silence how long an instance may be silent; null for the setting
 * @param indexes the global index to use, by the table's name in lower case
 * @param defer whether the statement is run after the commit
 * @param settings what other versions of DRDS would do in another way
 */
public record StatementHints(
        @Nullable HintCommand place,
        boolean master,
        boolean slave,
        @Nullable Duration silence,
        Map<String, String> indexes,
        boolean defer,
        List<String> settings) {
    public static final StatementHints NONE = new StatementHints(null, false, false, null, Map.of(), false, List.of());

    /** @throws drds.error.SqlError 4509 in DRDS's numbers if a hint can't be read, or hints contradict each other */
    public static StatementHints of(ParsedStatement parsed) {
        List<HintCommand> commands = new ArrayList<>();
        for (Hint hint : parsed.hints()) {
            if (hint.kind() == Hint.Kind.DRDS) {
                commands.addAll(HintReader.read(hint.text()));
            }
        }
        return commands.isEmpty() ? NONE : of(commands);
    }

    private static StatementHints of(List<HintCommand> commands) {
        HintCommand place = null;
        boolean master = false;
        boolean slave = false;
        Duration silence = null;
        boolean defer = false;
        Map<String, String> indexes = new HashMap<>();
        List<String> settings = new ArrayList<>();
        for (HintCommand command : commands) {
            switch (command) {
                case HintCommand.Node node -> place = only(place, node);
                case HintCommand.Scan scan -> place = only(place, scan);
                case HintCommand.Master one -> master = true;
                case HintCommand.Slave one -> slave = true;
                case HintCommand.SocketTimeout(long millis) -> silence = Duration.ofMillis(millis);
                case HintCommand.Index(String table, String index) ->
                    indexes.put(table.toLowerCase(Locale.ROOT), index);
                case HintCommand.Setting(String text) -> settings.add(text);
                case HintCommand.Defer one -> defer = true;
            }
        }
        if (master && slave) {
            throw ErrorCode.BAD_HINT.with("master() and slave() exclude each other");
        }
        if (defer && (place != null || master || slave || silence != null || !indexes.isEmpty())) {
            throw ErrorCode.BAD_HINT.with("defer stands alone: no other hint holds when the statement is run");
        }
        return new StatementHints(place, master, slave, silence, Map.copyOf(indexes), defer, List.copyOf(settings));
    }

    private static HintCommand only(@Nullable HintCommand before, HintCommand now) {
        if (before != null) {
            throw ErrorCode.BAD_HINT.with("a statement has one node() or scan()");
        }
        return now;
    }

    public boolean isNone() {
        return this == NONE;
    }

    /** The statement's text without DRDS's hints, which are nothing to an instance. */
    public static String without(ParsedStatement parsed) {
        TextEdits edits = new TextEdits(parsed.source());
        for (Hint hint : parsed.hints()) {
            if (hint.kind() == Hint.Kind.DRDS) {
                edits.replace(hint.span(), " ");
            }
        }
        return edits.render().strip();
    }

    /** Hints in a program are its statements'. */
    private static boolean isInProgram(Hint hint, ParsedStatement parsed) {
        boolean program = parsed.statement() instanceof DataDefinition.StoredObject
                || parsed.statement() instanceof SessionStatement.Compound;
        return program && hint.span().start() >= parsed.statement().span().start();
    }

    /** Whether the text has any of DRDS's hints that are about the whole statement. */
    public static boolean standIn(ParsedStatement parsed) {
        return parsed.hints().stream().anyMatch(hint -> hint.kind() == Hint.Kind.DRDS && !isInProgram(hint, parsed));
    }
}
