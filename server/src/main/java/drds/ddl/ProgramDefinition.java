package drds.ddl;

import drds.analyzer.ProgramReach;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.ConditionalComments;
import drds.parser.DataDefinition.StoredObject;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import drds.parser.SqlText;
import drds.parser.StoredProgram;
import drds.parser.TextEdits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stored procedures and functions: MySQL has them in the home schema as they were written, so that it judges and shows them;
 * the catalog has their texts for DRDS to run. Functions that only compute are made on every Group.
 */
final class ProgramDefinition {
    private final Cluster cluster;
    private final ParsedStatement parsed;
    private final DdlSession session;
    private final StoredObject stored;
    private final TableName name;

    ProgramDefinition(Cluster cluster, ParsedStatement parsed, DdlSession session, StoredObject stored) {
        this.cluster = cluster;
        this.parsed = parsed;
        this.session = session;
        this.stored = stored;
        this.name = new TableName(
                cluster.database(stored.name(), session).name(),
                stored.name().name().text());
    }

    DdlOutcome run() {
        return cluster.change(
                parsed.text(), session, Set.of(name.schema()), Set.of(lockName()), job -> switch (stored.action()) {
                    case CREATE -> create(job);
                    case ALTER -> alter(job);
                    case DROP -> drop(job);
                });
    }

    /** No table has such a name. */
    private TableName lockName() {
        return new TableName(name.schema(), Program.key(stored.kind(), name.table()) + " ");
    }

    private @Nullable Program known() {
        Database database = cluster.catalog().database(name.schema());
        return database == null ? null : database.program(stored.kind(), name.table());
    }

    private DdlOutcome create(Job job) {
        if (session.state().variables().getOrDefault("sql_mode", "").contains("ORACLE")) {
            throw ErrorCode.NOT_SUPPORTED.with("stored programs in Oracle's syntax (sql_mode ORACLE)");
        }
        Program before = known();
        Undo undo = new Undo.Again(before == null ? dropIfThere() : again(before));
        DdlOutcome outcome = job.one("program", new Action(cluster.home(), state(), ownText(), undo));
        Program now = read();
        boolean everywhere = stored.kind().equals("FUNCTION") && isComputation(now);
        if (everywhere || before != null && before.everywhere()) {
            spread(job, now, before, everywhere);
        }
        Program program = everywhere ? spread(now) : stored.kind().equals("FUNCTION") ? withTables(now) : now;
        job.publish(changed(database -> database.withProgram(program)), List.of());
        return outcome;
    }

    private DdlOutcome alter(Job job) {
        Program before = known();
        Undo undo = before == null ? new Undo.Nothing() : new Undo.Again(again(before));
        DdlOutcome outcome = job.one("program", new Action(cluster.home(), state(), ownText(), undo));
        Program now = read();
        Program program = before != null && before.everywhere()
                ? spread(now)
                : stored.kind().equals("FUNCTION") ? withTables(now) : now;
        job.publish(changed(database -> database.withProgram(program)), List.of());
        return outcome;
    }

    private DdlOutcome drop(Job job) {
        Program before = known();
        Undo undo = before == null ? new Undo.Nothing() : new Undo.Again(again(before));
        DdlOutcome outcome = job.one("program", new Action(cluster.home(), state(), ownText(), undo));
        if (before != null && before.everywhere()) {
            List<Action> actions = new ArrayList<>();
            otherGroups()
                    .forEach(group -> actions.add(Action.plain(
                            group, dropIfThere(), copy(before, group).undo())));
            job.step("copies", actions);
        }
        job.publish(changed(database -> database.withoutProgram(stored.kind(), name.table())), List.of());
        return outcome;
    }

    private UnaryOperator<Catalog> changed(UnaryOperator<Database> change) {
        return catalog -> {
            Database database = catalog.database(name.schema());
            return database == null ? catalog : catalog.withDatabase(change.apply(database));
        };
    }

    private drds.atom.SessionState state() {
        return cluster.stateOf(session);
    }

    private String ownText() {
        TextEdits edits = new TextEdits(parsed.source()).replace(stored.name().span(), name.quoted());
        if (stored.action() == StoredObject.Action.CREATE) {
            Definer.adapt(stored, parsed.source(), edits, cluster);
        }
        return edits.render(stored.span());
    }

    private String dropIfThere() {
        return "DROP " + stored.kind() + " IF EXISTS " + name.quoted();
    }

    // ---- the text as the home instance keeps it ----

    private Program read() {
        byte[] @Nullable [] row = cluster.onHome(work ->
                work.rows("SHOW CREATE " + stored.kind() + " " + name.quoted()).getFirst());
        return new Program(
                stored.kind(), name.table(), text(row[2]), text(row[1]), text(row[3]), text(row[4]), false, null, "");
    }

    private static Program spread(Program program) {
        return new Program(
                program.kind(),
                program.name(),
                program.text(),
                program.sqlMode(),
                program.characterSetClient(),
                program.collationConnection(),
                true,
                null,
                "");
    }

    /** With the tables that it reaches, if it reaches nothing else. */
    private Program withTables(Program program) {
        Database database = cluster.catalog().database(name.schema());
        StoredProgram tree = tree(program);
        if (database == null || tree == null || !ProgramReach.isOfTables(tree, database)) {
            return program;
        }
        return new Program(
                program.kind(),
                program.name(),
                program.text(),
                program.sqlMode(),
                program.characterSetClient(),
                program.collationConnection(),
                false,
                List.copyOf(ProgramReach.tables(tree.body(), database.name())),
                "");
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private boolean isComputation(Program program) {
        Database database = cluster.catalog().database(name.schema());
        StoredProgram tree = tree(program);
        return database != null && tree != null && ProgramReach.isComputation(tree, database);
    }

    private static @Nullable StoredProgram tree(Program program) {
        ParserModes modes = ParserModes.of(program.sqlMode());
        return new SqlParser(modes).program(ConditionalComments.unwrap(program.text(), modes));
    }

    private String again(Program program) {
        String qualified = qualified(program);
        return qualified.replaceFirst("\\ACREATE ", "CREATE OR REPLACE ");
    }

    /** Its statement with its schema. */
    private String qualified(Program program) {
        StoredProgram tree = tree(program);
        if (tree == null) {
            throw ErrorCode.NOT_SUPPORTED.with("replacing or dropping " + name + ", which DRDS can't read");
        }
        return new TextEdits(tree.source())
                .replace(tree.name().span(), name.quoted())
                .render();
    }

    // ---- copies on the other Groups ----

    private List<String> otherGroups() {
        return cluster.catalog().groups().keySet().stream()
                .filter(group -> !group.equals(cluster.home()))
                .toList();
    }

    private void spread(Job job, Program now, @Nullable Program before, boolean everywhere) {
        List<Action> actions = new ArrayList<>();
        for (String group : otherGroups()) {
            Undo undo =
                    before != null && before.everywhere() ? copy(before, group).undo() : new Undo.Again(dropIfThere());
            actions.add(
                    everywhere
                            ? new Action(
                                    group,
                                    copy(now, group).state(),
                                    copy(now, group).sql(),
                                    undo)
                            : Action.plain(group, dropIfThere(), undo));
        }
        job.step("copies", actions);
    }

    /** A copy on another Group. Its definer is DRDS itself: accounts that the home instance may know need not be there. */
    private Action copy(Program program, String group) {
        String sql = again(program).replaceFirst("\\A(CREATE OR REPLACE) DEFINER=\\S+ ", "$1 ");
        drds.atom.SessionState state = Action.PLAIN
                .withVariable("sql_mode", SqlText.string(program.sqlMode(), ParserModes.DEFAULT))
                .withVariable("collation_connection", "'" + program.collationConnection() + "'");
        return new Action(group, state, sql, new Undo.Again(sql));
    }

    /** @throws SqlError 1305, or for what is no procedure and no function */
    static SqlError unknown(StoredObject stored, String schema) {
        return ErrorCode.NO_SUCH_ROUTINE.with(
                stored.kind(), schema + "." + stored.name().name().text());
    }
}
