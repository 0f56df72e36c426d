package drds.session;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.mysql.ResultWriter;
import drds.parser.OperatorStatement;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ANALYZE, CHECK, OPTIMIZE and REPAIR TABLE: on every physical table of each named one; what they say is told once where all
 * say the same. CHECKSUM adds the partitions' sums up, which is how MySQL makes a table's from its rows'.
 */
final class TableMaintenanceExecution {
    private final Session session;
    private final Engine engine;

    TableMaintenanceExecution(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    /** One physical table. */
    private record Place(String group, String schema, String table) {}

    boolean run(ParsedStatement parsed, OperatorStatement.TableMaintenance statement, ResultWriter out) {
        session.transaction().commit();
        MemoryResult result = null;
        List<byte[] @Nullable []> rows = new ArrayList<>();
        for (QualifiedName name : statement.tables()) {
            String schema = name.schema() == null
                    ? session.variables().database()
                    : name.schema().text();
            if (schema == null) {
                throw ErrorCode.NO_DATABASE_SELECTED.with();
            }
            String logical = schema + "." + name.name().text();
            String text = parsed.source();
            int listStart = statement.tables().getFirst().start();
            int listEnd = statement.tables().getLast().end();
            String before = text.substring(statement.start(), listStart);
            String after = text.substring(listEnd, statement.end());
            List<byte[] @Nullable []> ofTable = new ArrayList<>();
            for (Place place : places(schema, name.name().text())) {
                String sql = before + SqlText.qualified(place.schema(), place.table()) + after;
                Home home = place.group().equals(session.catalog().defaultGroup())
                        ? session.home()
                        : engine.at(place.group());
                result = home.query(session.state(), sql);
                merge(ofTable, result.rows(), logical, statement.verb());
            }
            rows.addAll(ofTable);
        }
        if (result == null) {
            throw new IllegalStateException("no table named");
        }
        if (statement.verb() == OperatorStatement.TableMaintenance.Verb.ANALYZE) {
            engine.tableSizes().refreshNow();
        }
        new MemoryResult(result.columns(), rows).writeTo(out, session.status());
        return true;
    }

    private List<Place> places(String schema, String name) {
        Database database = session.catalog().database(schema);
        Table table = database == null ? null : database.table(name);
        List<Place> places = new ArrayList<>();
        if (table == null || table.isAtHome()) {
            session.checkDatabase(schema);
            places.add(new Place(session.catalog().defaultGroup(), schema, name));
        } else if (table.kind() == Table.Kind.BROADCAST) {
            session.catalog().groups().keySet().forEach(group -> places.add(new Place(group, schema, name)));
        } else {
            table.partitions().forEach(p -> places.add(new Place(p.group(), p.schema(), p.table())));
        }
        return places;
    }

    private static void merge(
            List<byte[] @Nullable []> all,
            List<byte[] @Nullable []> more,
            String logical,
            OperatorStatement.TableMaintenance.Verb verb) {
        for (byte[] @Nullable [] row : more) {
            byte[] @Nullable [] named = row.clone();
            named[0] = logical.getBytes(StandardCharsets.UTF_8);
            if (verb == OperatorStatement.TableMaintenance.Verb.CHECKSUM && !all.isEmpty()) {
                all.set(0, new byte[][] {named[0], sum(all.getFirst()[1], named[1])});
            } else if (all.stream().noneMatch(known -> Arrays.deepEquals(known, named))) {
                all.add(named);
            }
        }
    }

    /** Checksums are 32 bits wide and add up over rows. */
    private static byte @Nullable [] sum(byte @Nullable [] a, byte @Nullable [] b) {
        if (a == null || b == null) {
            return null;
        }
        long sum = Long.parseLong(new String(a, StandardCharsets.US_ASCII))
                + Long.parseLong(new String(b, StandardCharsets.US_ASCII));
        return Long.toString(sum & 0xffffffffL).getBytes(StandardCharsets.US_ASCII);
    }
}
