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

    /** Statements to run after the commit that brought them there. */
    public static final String OUTBOX = "`drds`.`outbox`";

    /** Messages on their way out. */
    public static final String OUTGOING = "`drds`.`outgoing_messages`";

    /** Where messages wait for SQL to read them, on the default Group alone. */
    public static final String MESSAGES = "`drds`.`messages`";

    /** Transactions whose branches commit at once, until they are over. */
    public static final String FLEXIBLE = "`drds`.`flexible_transactions`";

    /** How to take their changes back. */
    public static final String UNDO = "`drds`.`undo_log`";

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
                    + "PRIMARY KEY (`node`, `name`)) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + OUTBOX + " ("
                    + "`id` BIGINT UNSIGNED NOT NULL PRIMARY KEY, "
                    + "`session` VARBINARY(100) NOT NULL, "
                    + "`touches` MEDIUMBLOB NOT NULL, "
                    + "`context` MEDIUMBLOB NOT NULL, "
                    + "`statement` LONGBLOB NOT NULL, "
                    + "`parked` TINYINT NOT NULL DEFAULT 0, "
                    + "`attempts` INT UNSIGNED NOT NULL DEFAULT 0, "
                    + "`error_number` INT UNSIGNED NULL, "
                    + "`error` BLOB NULL, "
                    + "KEY `session` (`session`), KEY `parked` (`parked`, `id`)) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + OUTGOING + " ("
                    + "`id` BIGINT UNSIGNED NOT NULL PRIMARY KEY, "
                    + "`topic` VARCHAR(249) NOT NULL, "
                    + "`message_key` LONGBLOB NULL, "
                    + "`body` LONGBLOB NULL, "
                    + "`attempts` INT UNSIGNED NOT NULL DEFAULT 0, "
                    + "`error` BLOB NULL) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + MESSAGES + " ("
                    + "`id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, "
                    + "`topic` VARCHAR(249) NOT NULL, "
                    + "`message_key` LONGBLOB NULL, "
                    + "`body` LONGBLOB NULL, "
                    + "`published_at` DATETIME(6) NOT NULL, "
                    + "KEY `topic` (`topic`, `id`)) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + FLEXIBLE + " ("
                    + "`id` BIGINT UNSIGNED NOT NULL PRIMARY KEY, "
                    + "`node` VARBINARY(64) NOT NULL, "
                    + "`state` ENUM('open', 'committed', 'rolling back') NOT NULL) ENGINE = InnoDB",
            "CREATE TABLE IF NOT EXISTS " + UNDO + " ("
                    + "`id` BIGINT UNSIGNED NOT NULL PRIMARY KEY, "
                    + "`transaction` BIGINT UNSIGNED NOT NULL, "
                    + "`decider` VARBINARY(64) NOT NULL, "
                    + "`statements` LONGBLOB NOT NULL, "
                    + "`parked` TINYINT NOT NULL DEFAULT 0, "
                    + "`attempts` INT UNSIGNED NOT NULL DEFAULT 0, "
                    + "`error_number` INT UNSIGNED NULL, "
                    + "`error` BLOB NULL, "
                    + "KEY `transaction` (`transaction`, `id`)) ENGINE = InnoDB");

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
