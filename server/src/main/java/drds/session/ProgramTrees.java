package drds.session;

import drds.catalog.Database;
import drds.parser.ConditionalComments;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import drds.parser.StoredProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The trees of stored programs, so that a program that is called often is read once. */
final class ProgramTrees {
    private static final int LIMIT = 1000;

    private final Map<Database.Program, Optional<StoredProgram>> trees = new ConcurrentHashMap<>();

    /** Null if the text has something that DRDS can't read. */
    @Nullable
    StoredProgram of(Database.Program program) {
        Optional<StoredProgram> known = trees.get(program);
        if (known == null) {
            if (trees.size() >= LIMIT) {
                trees.clear();
            }
            ParserModes modes = ParserModes.of(program.sqlMode());
            known = Optional.ofNullable(
                    new SqlParser(modes).program(ConditionalComments.unwrap(program.text(), modes)));
            trees.put(program, known);
        }
        return known.orElse(null);
    }
}
