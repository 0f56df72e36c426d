package drds.session;

import drds.atom.SessionState;
import drds.transaction.Backends;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the home instance says of itself when DRDS starts.
 *
 * @param collations by the numbers that clients' logins give
 * @param standard what a client with an unknown number gets: the server's own
 * @param sqlMode its global sql_mode
 * @param zone its time zone where that is a fixed offset
 */
public record HomeFacts(
        Map<Integer, Collation> collations,
        Collation standard,
        String sqlMode,
        long waitTimeoutSeconds,
        @Nullable ZoneOffset zone,
        String version) {

    private static final String MYSQL_COLLATIONS =
            "SELECT ID, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLLATIONS";

    /** MariaDB's collations of the UCA belong to several character sets, and have a number for each. */
    private static final String MARIADB_COLLATIONS = "SELECT ID, CHARACTER_SET_NAME, FULL_COLLATION_NAME"
            + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY";

    /** A collation and its character set. */
    public record Collation(String charset, String name) {}

    public static HomeFacts ask(Backends backends, String group) {
        Home home = new Home(backends, group);
        MemoryResult server = home.query(
                SessionState.INITIAL,
                "SELECT @@character_set_server, @@collation_server, @@global.sql_mode, @@global.wait_timeout,"
                        + " VERSION(), @@global.time_zone, @@system_time_zone");
        Map<Integer, Collation> collations = new HashMap<>();
        String version = String.valueOf(server.text(0, 4));
        MemoryResult all =
                home.query(SessionState.INITIAL, version.contains("MariaDB") ? MARIADB_COLLATIONS : MYSQL_COLLATIONS);
        for (int i = 0; i < all.rows().size(); i++) {
            collations.put(
                    Integer.parseInt(String.valueOf(all.text(i, 0))),
                    new Collation(String.valueOf(all.text(i, 1)), String.valueOf(all.text(i, 2))));
        }
        return new HomeFacts(
                Map.copyOf(collations),
                new Collation(String.valueOf(server.text(0, 0)), String.valueOf(server.text(0, 1))),
                String.valueOf(server.text(0, 2)),
                Long.parseLong(String.valueOf(server.text(0, 3))),
                SessionVariables.fixedZone(
                        String.valueOf(server.text(0, 5)),
                        SessionVariables.fixedZone(String.valueOf(server.text(0, 6)), null)),
                version);
    }

    Collation collation(int id) {
        Collation known = collations.get(id);
        return known == null ? standard : known;
    }
}
