package drds.transaction;

import drds.atom.SessionState;
import java.util.List;

/** The schema {@code drds} that every instance has for DRDS's own use. */
public final class SystemTables {
    static final String LOG = "`drds`.`transaction_log`";
    /** One row, for {@link SnapshotGate}. */
    static final String GATE = "`drds`.`snapshot_gate`";

    /** For {@link SpreadBoard}. */
    static final String BOARD = "`drds`.`spread_transactions`";

    private static final List<String> STATEMENTS = List.of(
            "CREATE DATABASE IF NOT EXISTS `drds` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "CREATE TABLE IF NOT EXISTS " + LOG + " ("
                    + "`name` VARBINARY(64) NOT NULL PRIMARY KEY, "
                    + "`outcome` ENUM('committed', 'rolled back') NOT NULL, "
                    + "`decided_at` TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), "
                    + "KEY `decided_at` (`decided_at`)) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + GATE + " (`id` TINYINT NOT NULL PRIMARY KEY) ENGINE = InnoDB",
            "INSERT IGNORE INTO " + GATE + " VALUES (1)",
            "CREATE TABLE IF NOT EXISTS " + BOARD + " ("
                    + "`node` VARBINARY(64) NOT NULL, "
                    + "`name` VARBINARY(64) NOT NULL, "
                    + "`since_millis` BIGINT NOT NULL, "
                    + "`threads` BLOB NOT NULL, "
                    + "`told_at` TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), "
                    + "PRIMARY KEY (`node`, `name`)) ENGINE = InnoDB");

    private SystemTables() {}

    /** Creates what is missing on all instances. */
    public static void create(Backends backends) {
        for (String group : backends.groups()) {
            Work.on(backends, group, SessionState.INITIAL, work -> {
                STATEMENTS.forEach(work::execute);
                return null;
            });
        }
    }
}
