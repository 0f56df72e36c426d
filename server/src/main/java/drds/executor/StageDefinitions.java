package drds.executor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.planner.Plan;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;

/**
 * What tables are made of that hold the rows of a statement's first step: the home instance itself says of the faces which types the
 * columns have. Known ones are remembered as long as the catalog stays.
 */
final class StageDefinitions {
    private static final int KNOWN = 1000;

    private final Cache<Key, String> known =
            Caffeine.newBuilder().maximumSize(KNOWN).build();

    private record Key(String table, String query, long catalogVersion, SessionState state) {}

    /**
     * @param loading the state in which the table's text is read
     * @return what stands behind the table's name in CREATE TABLE
     * @throws NotStaged if the instance finds anything wrong with the step
     */
    String of(Plan.Stage stage, Execution execution, SessionState loading) {
        Key key = new Key(stage.name(), stage.query(), execution.catalog().version(), execution.state());
        String definition = known.getIfPresent(key);
        if (definition == null) {
            definition = ask(stage, execution, loading);
            known.put(key, definition);
        }
        return definition;
    }

    private static String ask(Plan.Stage stage, Execution execution, SessionState loading) {
        Transaction transaction = execution.transaction();
        Backend scratch = transaction.outside(execution.catalog().defaultGroup(), execution.state());
        try {
            // Its release resets the connection: that drops the table.
            scratch.markDirty();
            scratch.use(execution.state().withVariable("sql_log_bin", "0"));
            scratch.run("CREATE TEMPORARY TABLE " + stage.name() + " ENGINE = Aria AS SELECT * FROM (" + stage.query()
                    + ") AS q LIMIT 0");
            scratch.use(loading);
            byte[] text =
                    new Work(scratch).rows("SHOW CREATE TABLE " + stage.name()).getFirst()[1];
            if (text == null) {
                throw new NotStaged();
            }
            String create = new String(text, StandardCharsets.UTF_8);
            return create.substring(create.indexOf('('));
        } catch (SqlError e) {
            // Whatever is wrong with the statement, it says so of itself.
            throw new NotStaged();
        } finally {
            transaction.giveBack(scratch);
        }
    }
}
