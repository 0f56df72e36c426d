package drds;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the instances before anything is built on them. */
final class InstanceCheck {
    /** What no two servers share. */
    private static final String IDENTITY = "SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir)";

    private InstanceCheck() {}

    /** @throws StartException if one doesn't answer, or if two Groups name the same server */
    static void allDistinct(Backends backends, Catalog catalog) throws StartException {
        Map<String, String> groupByIdentity = new HashMap<>();
        for (String group : catalog.groups().keySet()) {
            String identity;
            try {
                identity = Work.on(
                        backends,
                        group,
                        SessionState.INITIAL,
                        work -> text(work.column(IDENTITY).getFirst()));
            } catch (SqlError e) {
                throw new StartException("Group " + group + ": " + e.message(), e);
            }
            String other = groupByIdentity.putIfAbsent(identity, group);
            if (other != null) {
                throw new StartException("the Groups " + other + " and " + group + " name the same instance");
            }
        }
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
