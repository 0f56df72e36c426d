package drds.ddl;

import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.catalog.GlobalIndex;
import drds.ddl.JobRecord.Cleanup;
import drds.ddl.TableLocks.Held;
import drds.error.ErrorCode;
import drds.parser.DataDefinition.AlterDatabase;
import drds.parser.DataDefinition.CreateDatabase;
import drds.parser.DataDefinition.DropDatabase;
import drds.parser.ParsedStatement;
import drds.parser.TextEdits;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER and DROP DATABASE: the home schema, the schemas of the same name on the other Groups, and the shards. */
final class DatabaseDefinition {
    /** MySQL's 64 without the five characters of a shard's number. */
    private static final int NAME_LIMIT = 59;

    private final Cluster cluster;
    private final ParsedStatement parsed;
    private final DdlSession session;

    DatabaseDefinition(Cluster cluster, ParsedStatement parsed, DdlSession session) {
        this.cluster = cluster;
        this.parsed = parsed;
        this.session = session;
    }

    /** @param shardsPerGroup how many shards each Group gets */
    DdlOutcome create(CreateDatabase create, int shardsPerGroup) {
        String name = create.name().text();
        if (create.orReplace()) {
            throw ErrorCode.NOT_SUPPORTED.with("CREATE OR REPLACE DATABASE");
        }
        if (name.length() > NAME_LIMIT) {
            throw ErrorCode.NAME_TOO_LONG.with(name);
        }
        try (Held alone = cluster.locks().alone(Set.of(new TableName(name, "")), session.lockTimeout())) {
            if (cluster.catalog().database(name) != null) {
                if (create.ifNotExists()) {
                    return DdlOutcome.with(List.of(TableRemoval.note(ErrorCode.DATABASE_EXISTS.with(name))));
                }
                throw ErrorCode.DATABASE_EXISTS.with(name);
            }
            return cluster.run(
                    parsed.text(), List.of(new TableName(name, "")), job -> create(job, create, name, shardsPerGroup));
        }
    }

    private DdlOutcome create(Job job, CreateDatabase create, String name, int shardsPerGroup) {
        List<Shard> shards = shards(name, shardsPerGroup);
        checkFree(name, shards);
        String own = new TextEdits(parsed.source())
                .replace(create.name().span(), Definitions.quoted(name))
                .render(create.span());
        DdlOutcome outcome = job.one(
                "home schema", new Action(cluster.home(), session.plainState(), own, new Undo.DropSchema(name)));
        String[] set = characterSet(name);
        List<Action> actions = new ArrayList<>();
        for (String group : cluster.catalog().groups().keySet()) {
            if (!group.equals(cluster.home())) {
                actions.add(schema(group, name, set));
            }
        }
        shards.forEach(shard -> actions.add(schema(shard.group(), shard.schema(), set)));
        job.step("schemas", actions);
        Database database = new Database(name, set[0], set[1], shards, Map.of(), Map.of());
        job.publish(catalog -> catalog.withDatabase(database), List.of());
        return new DdlOutcome(1, "", outcome.notes());
    }

    private static Action schema(String group, String name, String[] set) {
        return Action.plain(
                group,
                "CREATE DATABASE " + Definitions.quoted(name) + " CHARACTER SET " + set[0] + " COLLATE " + set[1],
                new Undo.DropSchema(name));
    }

    /** Round-robin over the Groups. */
    private List<Shard> shards(String name, int shardsPerGroup) {
        List<String> groups = List.copyOf(cluster.catalog().groups().keySet());
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < groups.size() * shardsPerGroup; i++) {
            shards.add(new Shard(i, String.format(Locale.ROOT, "%s_%04d", name, i), groups.get(i % groups.size())));
        }
        return List.copyOf(shards);
    }

    private void checkFree(String name, List<Shard> shards) {
        for (String group : cluster.catalog().groups().keySet()) {
            Set<String> wanted = new LinkedHashSet<>(List.of(name));
            shards.stream().filter(shard -> shard.group().equals(group)).forEach(shard -> wanted.add(shard.schema()));
            String list =
                    String.join(", ", wanted.stream().map(Definitions::literal).toList());
            Work.on(cluster.backends(), group, Action.PLAIN, work -> {
                List<byte @Nullable []> found = work.column(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (" + list + ")");
                if (!found.isEmpty()) {
                    throw ErrorCode.DATABASE_EXISTS.with(text(found.getFirst()));
                }
                return null;
            });
        }
    }

    /** Character set and collation. */
    private String[] characterSet(String name) {
        byte[] @Nullable [] row =
                cluster.onHome(work -> work.rows("SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME"
                                + " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + Definitions.literal(name))
                        .getFirst());
        return new String[] {text(row[0]), text(row[1])};
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    DdlOutcome alter(AlterDatabase alter) {
        String name =
                alter.name() == null ? session.currentDatabase() : alter.name().text();
        if (name.isEmpty()) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        try (Held alone = cluster.locks().alone(Set.of(new TableName(name, "")), session.lockTimeout())) {
            Database database = cluster.catalog().database(name);
            if (database == null) {
                throw ErrorCode.UNKNOWN_DATABASE.with(name);
            }
            return cluster.run(parsed.text(), List.of(new TableName(name, "")), job -> alter(job, alter, database));
        }
    }

    private DdlOutcome alter(Job job, AlterDatabase alter, Database database) {
        String own = alter.name() == null
                ? parsed.source().substring(alter.span().start(), alter.span().end())
                : new TextEdits(parsed.source())
                        .replace(alter.name().span(), Definitions.quoted(database.name()))
                        .render(alter.span());
        DdlOutcome outcome = job.one(
                "home schema",
                new Action(
                        cluster.home(),
                        session.state().withDatabase(database.name()),
                        own,
                        new Undo.Again(alter(database.name(), database.characterSet(), database.collation()))));
        String[] set = characterSet(database.name());
        List<Action> actions = new ArrayList<>();
        for (Schema schema : schemas(database)) {
            actions.add(Action.plain(
                    schema.group(),
                    alter(schema.name(), set[0], set[1]),
                    new Undo.Again(alter(schema.name(), database.characterSet(), database.collation()))));
        }
        job.step("schemas", actions);
        job.publish(
                catalog -> {
                    Database now = catalog.database(database.name());
                    return now == null ? catalog : catalog.withDatabase(now.withCharacterSet(set[0], set[1]));
                },
                List.of());
        return new DdlOutcome(1, "", outcome.notes());
    }

    private static String alter(String schema, String characterSet, String collation) {
        return "ALTER DATABASE " + Definitions.quoted(schema) + " CHARACTER SET " + characterSet + " COLLATE "
                + collation;
    }

    private record Schema(String group, String name) {}

    /** All but the home schema. */
    private List<Schema> schemas(Database database) {
        List<Schema> schemas = new ArrayList<>();
        for (String group : cluster.catalog().groups().keySet()) {
            if (!group.equals(cluster.home())) {
                schemas.add(new Schema(group, database.name()));
            }
        }
        database.shards().forEach(shard -> schemas.add(new Schema(shard.group(), shard.schema())));
        return schemas;
    }

    /** The catalog loses it first; what is on the instances goes then, and at a later start where one is away. */
    DdlOutcome drop(DropDatabase drop) {
        String name = drop.name().text();
        Database database = cluster.catalog().database(name);
        if (database == null) {
            if (drop.ifExists()) {
                return DdlOutcome.with(List.of(TableRemoval.note(ErrorCode.DATABASE_MISSING.with(name))));
            }
            throw ErrorCode.DATABASE_MISSING.with(name);
        }
        Set<TableName> locked = new LinkedHashSet<>(List.of(new TableName(name, "")));
        database.tables().keySet().forEach(table -> locked.add(new TableName(name, table)));
        database.views().keySet().forEach(view -> locked.add(new TableName(name, view)));
        try (Held alone = cluster.locks().alone(locked, session.lockTimeout())) {
            return cluster.run(parsed.text(), List.of(new TableName(name, "")), job -> {
                List<Cleanup> cleanup = new ArrayList<>();
                cleanup.add(new Cleanup(cluster.home(), "DROP DATABASE IF EXISTS " + Definitions.quoted(name)));
                database.tables().values().stream()
                        .flatMap(table -> table.storedIndexes().stream())
                        .map(index ->
                                new TableName(GlobalIndex.SCHEMA, index.stored().name()))
                        .forEach(face ->
                                cleanup.add(new Cleanup(cluster.home(), "DROP TABLE IF EXISTS " + face.quoted())));
                schemas(database)
                        .forEach(schema -> cleanup.add(new Cleanup(
                                schema.group(), "DROP DATABASE IF EXISTS " + Definitions.quoted(schema.name()))));
                cluster.catalog()
                        .groups()
                        .keySet()
                        .forEach(group ->
                                Work.on(cluster.backends(), group, Action.PLAIN, work -> work.rows("SELECT 1")));
                job.publish(catalog -> catalog.withoutDatabase(name), cleanup);
                return new DdlOutcome(
                        database.tables().size() + database.views().size(), "", List.of());
            });
        }
    }
}
