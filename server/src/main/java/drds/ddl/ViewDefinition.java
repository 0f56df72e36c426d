package drds.ddl;

import drds.catalog.Database;
import drds.catalog.Database.View;
import drds.error.ErrorCode;
import drds.parser.DataDefinition.CreateView;
import drds.parser.DataDefinition.DropView;
import drds.parser.Identifier;
import drds.parser.ParsedStatement;
import drds.parser.TextEdits;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Views: MySQL has them in the home schema, over the faces, so that their columns are right; the catalog has the query as
 * MySQL keeps it (every name qualified, * spelled out), for DRDS to expand.
 */
final class ViewDefinition {
    private final Cluster cluster;
    private final ParsedStatement parsed;
    private final DdlSession session;

    ViewDefinition(Cluster cluster, ParsedStatement parsed, DdlSession session) {
        this.cluster = cluster;
        this.parsed = parsed;
        this.session = session;
    }

    DdlOutcome create(CreateView create) {
        TableName name = new TableName(
                cluster.database(create.name(), session).name(),
                create.name().name().text());
        return cluster.change(parsed.text(), session, Set.of(name.schema()), Set.of(name), job -> {
            Undo undo = new Undo.Again(cluster.isView(name) ? again(name) : "DROP VIEW IF EXISTS " + name.quoted());
            String own = new TextEdits(parsed.source())
                    .replace(create.name().span(), name.quoted())
                    .render(create.span());
            if (cluster.table(name) != null && !create.ifNotExists()) {
                throw create.alter() || create.orReplace()
                        ? ErrorCode.WRONG_OBJECT.with(name.schema(), name.table(), "VIEW")
                        : ErrorCode.TABLE_EXISTS.with(name.table());
            }
            DdlOutcome outcome = job.one("view", new Action(cluster.home(), cluster.stateOf(session), own, undo));
            List<String> columns =
                    create.columns().stream().map(Identifier::text).toList();
            View view = cluster.table(name) != null ? null : new View(name.table(), columns, definition(name));
            job.publish(
                    catalog -> {
                        Database database = catalog.database(name.schema());
                        return database == null || view == null
                                ? catalog
                                : catalog.withDatabase(database.withView(view));
                    },
                    List.of());
            return outcome;
        });
    }

    private String definition(TableName name) {
        return cluster.onHome(work -> text(work.column("SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE"
                        + " TABLE_SCHEMA = " + Definitions.literal(name.schema()) + " AND TABLE_NAME = "
                        + Definitions.literal(name.table()))
                .getFirst()));
    }

    /** The statement that makes the view as it is now. */
    private String again(TableName name) {
        return cluster.onHome(work -> again(work, name));
    }

    private static String again(Work work, TableName name) {
        return text(work.rows("SHOW CREATE VIEW " + name.quoted()).getFirst()[1])
                .replaceFirst("\\ACREATE ", "CREATE OR REPLACE ");
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    DdlOutcome drop(DropView drop) {
        Set<TableName> names = new LinkedHashSet<>();
        drop.views()
                .forEach(view -> names.add(
                        new TableName(Cluster.schema(view, session), view.name().text())));
        Set<String> schemas = names.stream().map(TableName::schema).collect(Collectors.toCollection(TreeSet::new));
        Set<TableName> missing = new LinkedHashSet<>(names);
        if (names.stream().anyMatch(cluster::isView)) {
            cluster.change(parsed.text(), session, schemas, names, job -> {
                List<TableName> present = names.stream().filter(cluster::isView).toList();
                List<Action> actions = new ArrayList<>();
                present.forEach(name -> actions.add(
                        Action.plain(cluster.home(), "DROP VIEW " + name.quoted(), new Undo.Again(again(name)))));
                job.step("views", actions);
                job.publish(
                        catalog -> {
                            var next = catalog;
                            for (TableName name : present) {
                                Database database = next.database(name.schema());
                                next = database == null ? next : next.withDatabase(database.withoutView(name.table()));
                            }
                            return next;
                        },
                        List.of());
                present.forEach(missing::remove);
                return present;
            });
        }
        if (missing.isEmpty()) {
            return DdlOutcome.with(List.of());
        }
        var unknown = ErrorCode.UNKNOWN_VIEW.with(
                missing.stream().map(TableName::toString).collect(Collectors.joining(",")));
        if (!drop.ifExists()) {
            throw unknown;
        }
        return DdlOutcome.with(List.of(TableRemoval.note(unknown)));
    }
}
