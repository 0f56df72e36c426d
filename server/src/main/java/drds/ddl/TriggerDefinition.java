package drds.ddl;

import drds.analyzer.BodyReach;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Program;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataDefinition.StoredObject;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.QualifiedName;
import drds.parser.SqlParser;
import drds.parser.SqlText;
import drds.parser.StoredTrigger;
import drds.parser.TextEdits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Triggers. A single table has its own at home, where they fire. A sharded table's are on its face, guarded, so that they fire
 * only where a change is rehearsed there.
 */
public final class TriggerDefinition {
    /** Stands before the body of a trigger on a face. */
    public static final String GUARD = "IF @`drds rehearses` THEN ";

    /** Stands behind it. */
    public static final String GUARD_END = "; END IF";

    private final Cluster cluster;
    private final ParsedStatement parsed;
    private final DdlSession session;
    private final StoredObject stored;
    private final TableName name;

    TriggerDefinition(Cluster cluster, ParsedStatement parsed, DdlSession session, StoredObject stored) {
        this.cluster = cluster;
        this.parsed = parsed;
        this.session = session;
        this.stored = stored;
        this.name = new TableName(
                cluster.database(stored.name(), session).name(),
                stored.name().name().text());
    }

    /** A trigger's text as its user wrote it. */
    public static String withoutGuard(String text) {
        int guard = text.indexOf(GUARD);
        return guard < 0 || !text.endsWith(GUARD_END)
                ? text
                : text.substring(0, guard) + text.substring(guard + GUARD.length(), text.length() - GUARD_END.length());
    }

    DdlOutcome run() {
        return switch (stored.action()) {
            case CREATE -> create();
            case DROP -> drop();
            case ALTER -> throw ErrorCode.NOT_SUPPORTED.with("ALTER TRIGGER");
        };
    }

    private @Nullable Program known() {
        Database database = cluster.catalog().database(name.schema());
        return database == null ? null : database.program("TRIGGER", name.table());
    }

    private DdlOutcome create() {
        QualifiedName named = stored.table();
        if (named == null) {
            throw new IllegalStateException("a trigger without its table");
        }
        TableName table = new TableName(
                named.schema() == null ? name.schema() : named.schema().text(),
                named.name().text());
        return cluster.change(parsed.text(), session, Set.of(name.schema()), Set.of(table), job -> create(job, table));
    }

    private DdlOutcome create(Job job, TableName tableName) {
        Table table = cluster.table(tableName);
        Program before = known();
        boolean guarded = table != null && table.kind() == Table.Kind.SHARDED;
        if (table != null && table.kind() == Table.Kind.BROADCAST) {
            throw ErrorCode.NOT_SUPPORTED.with("triggers of a broadcast table");
        }
        StoredTrigger tree = new SqlParser(ParserModes.of(session.state()
                        .variables()
                        .getOrDefault("sql_mode", "''")
                        .replace("'", "")))
                .trigger(parsed.text());
        if (guarded && tree == null) {
            throw ErrorCode.NOT_SUPPORTED.with("a statement in the body of the trigger " + name.table());
        }
        int start = stored.span().start();
        // The names stay as they were written: the text that is shown has them, and a dump is loaded elsewhere.
        TextEdits edits = new TextEdits(parsed.source());
        Definer.adapt(stored, parsed.source(), edits, cluster);
        if (guarded && tree != null) {
            edits.insert(start + tree.body().start(), GUARD)
                    .insert(start + tree.body().end(), GUARD_END);
        }
        Undo undo = before == null ? new Undo.Again("DROP TRIGGER IF EXISTS " + name.quoted()) : new Undo.Nothing();
        DdlOutcome outcome = job.one(
                "trigger", new Action(cluster.home(), cluster.stateOf(session), edits.render(stored.span()), undo));
        Program trigger = read(tableName);
        BodyReach reach = new BodyReach(cluster.catalog());
        reach.add(trigger, name.schema());
        if (reach.obstacle() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("the trigger " + name.table() + ", which " + reach.obstacle());
        }
        job.publish(changed(database -> database.withProgram(trigger)), List.of());
        return outcome;
    }

    private Program read(TableName table) {
        byte[] @Nullable [] row = cluster.onHome(
                work -> work.rows("SHOW CREATE TRIGGER " + name.quoted()).getFirst());
        return new Program(
                "TRIGGER",
                name.table(),
                withoutGuard(text(row[2])),
                text(row[1]),
                text(row[3]),
                text(row[4]),
                false,
                null,
                table.table());
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private DdlOutcome drop() {
        Program before = known();
        TableName table = new TableName(name.schema(), before == null ? name.table() + " " : before.table());
        return cluster.change(parsed.text(), session, Set.of(name.schema()), Set.of(table), job -> {
            String own = new TextEdits(parsed.source())
                    .replace(stored.name().span(), name.quoted())
                    .render(stored.span());
            Undo undo = new Undo.Nothing();
            DdlOutcome outcome = job.one("trigger", new Action(cluster.home(), cluster.stateOf(session), own, undo));
            job.publish(changed(database -> database.withoutProgram("TRIGGER", name.table())), List.of());
            return outcome;
        });
    }

    private UnaryOperator<Catalog> changed(UnaryOperator<Database> change) {
        return catalog -> {
            Database database = catalog.database(name.schema());
            return database == null ? catalog : catalog.withDatabase(change.apply(database));
        };
    }

    /** What drops the triggers of a table. */
    static List<Action> drop(Cluster cluster, TableName table) {
        Database database = cluster.catalog().database(table.schema());
        List<Program> triggers = database == null ? List.of() : database.triggers(table.table());
        List<Action> actions = new ArrayList<>();
        for (Program trigger : triggers) {
            TableName name = new TableName(table.schema(), trigger.name());
            actions.add(Action.plain(
                    cluster.home(),
                    "DROP TRIGGER IF EXISTS " + name.quoted(),
                    new Undo.Again(again(cluster, name, table, trigger))));
        }
        return actions;
    }

    /** The statement that makes the trigger as it is now. */
    private static String again(Cluster cluster, TableName name, TableName table, Program trigger) {
        String shown = text(cluster.onHome(work ->
                work.rows("SHOW CREATE TRIGGER " + name.quoted()).getFirst())[2]);
        StoredTrigger tree = new SqlParser(ParserModes.of(trigger.sqlMode())).trigger(shown);
        if (tree == null) {
            return shown;
        }
        return new TextEdits(shown)
                .replace(tree.name().span(), name.quoted())
                .replace(tree.table().span(), table.quoted())
                .render()
                .replaceFirst("\\ACREATE ", "CREATE OR REPLACE ");
    }

    /** The catalog forgets triggers that the home schema doesn't have any more, since their tables are gone. */
    static void forgetGone(Cluster cluster, String schema) {
        Database database = cluster.catalog().database(schema);
        if (database == null
                || database.programs().values().stream()
                        .noneMatch(program -> program.kind().equals("TRIGGER"))) {
            return;
        }
        Set<String> there = Set.copyOf(cluster.onHome(work -> work
                .column("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
                        + SqlText.string(schema, ParserModes.DEFAULT))
                .stream()
                .map(TriggerDefinition::text)
                .toList()));
        cluster.store().change(catalog -> {
            Database now = catalog.database(schema);
            if (now == null) {
                return catalog;
            }
            Database left = now;
            for (Program program : now.programs().values()) {
                if (program.kind().equals("TRIGGER") && !there.contains(program.name())) {
                    left = left.withoutProgram("TRIGGER", program.name());
                }
            }
            return left.equals(now) ? catalog : catalog.withDatabase(left);
        });
    }
}
