package drds.error;

import java.util.Locale;

/** Every error that DRDS itself raises: MySQL's number and SQLSTATE, DRDS's code where it has one (0 if not), and the text. */
public enum ErrorCode {
    TOO_MANY_CONNECTIONS(1040, "08004", 0, "Too many connections"),
    OUT_OF_MEMORY(1041, "HY000", 0, "Out of memory: the statement needs more than DRDS has"),
    HANDSHAKE_ERROR(1043, "08S01", 0, "Bad handshake"),
    ACCESS_DENIED(1045, "28000", 0, "Access denied for user '%s'@'%s' (using password: %s)"),
    PACKETS_OUT_OF_ORDER(1156, "08S01", 0, "Got packets out of order"),
    NO_DATABASE_SELECTED(1046, "3D000", 0, "No database selected"),
    UNKNOWN_COMMAND(1047, "08S01", 0, "Unknown command"),
    UNKNOWN_DATABASE(1049, "42000", 0, "Unknown database '%s'"),
    TABLE_EXISTS(1050, "42S01", 0, "Table '%s' already exists"),
    UNKNOWN_TABLE(1051, "42S02", 0, "Unknown table '%s'"),
    SERVER_SHUTDOWN(1053, "08S01", 0, "Server shutdown in progress"),
    SYNTAX_ERROR(
            1064,
            "42000",
            0,
            "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for"
                    + " the right syntax to use near '%s' at line %d"),
    UNKNOWN_THREAD(1094, "HY000", 0, "Unknown thread id: %d"),
    DATABASE_EXISTS(1007, "HY000", 0, "Can't create database '%s'; database exists"),
    DATABASE_MISSING(1008, "HY000", 0, "Can't drop database '%s'; database doesn't exist"),
    UNKNOWN_ERROR(1105, "HY000", 0, "%s"),
    COLUMN_COUNT(1136, "21S01", 0, "Column count doesn't match value count at row %d"),
    UNKNOWN_MULTI_DELETE(1109, "42S02", 0, "Unknown table '%s' in MULTI DELETE"),
    KEY_COLUMN_MISSING(1072, "42000", 0, "Key column '%s' doesn't exist in table"),
    DUPLICATE_ENTRY(1062, "23000", 0, "Duplicate entry '%s' for key '%s'"),
    NO_SUCH_INDEX(1176, "42000", 0, "Key '%s' doesn't exist in table '%s'"),
    INDEX_DISAGREES(
            1034, "HY000", 0, "the global index %s does not hold what its table has; CHECK GLOBAL INDEX tells more"),
    UNKNOWN_COLUMN(1054, "42S22", 0, "Unknown column '%s' in '%s'"),
    NO_SUCH_TABLE(1146, "42S02", 4006, "Table '%s.%s' doesn't exist"),
    PACKET_TOO_LARGE(1153, "08S01", 0, "Got a packet bigger than 'max_allowed_packet' bytes"),
    DEADLOCK(1213, "40001", 0, "Deadlock found when trying to get lock; try restarting transaction"),
    NO_SUCH_LABEL(1308, "42000", 0, "%s with no matching label: %s"),
    RETURN_OUTSIDE_FUNCTION(1313, "42000", 0, "RETURN is only allowed in a FUNCTION"),
    USED_TABLE_IN_TRIGGER(
            1442,
            "HY000",
            0,
            "Can't update table '%s' in stored function/trigger because it is already used by statement which invoked this"
                    + " stored function/trigger"),
    XA_UNKNOWN(1397, "XAE04", 0, "XAER_NOTA: Unknown XID"),
    XA_INVALID(1398, "XAE05", 0, "XAER_INVAL: Invalid arguments (or unsupported command)"),
    XA_STATE(
            1399,
            "XAE07",
            0,
            "XAER_RMFAIL: The command cannot be executed when global transaction is in the  %s state"),
    XA_OUTSIDE(1400, "XAE09", 0, "XAER_OUTSIDE: Some work is done outside global transaction"),
    XA_ROLLED_BACK(1402, "XA100", 0, "XA_RBROLLBACK: Transaction branch was rolled back"),
    XA_DUPLICATE(1440, "XAE08", 0, "XAER_DUPID: The XID already exists"),
    NO_SAVEPOINT(1305, "42000", 0, "SAVEPOINT %s does not exist"),
    SCRATCH_LIMIT(
            1104,
            "42000",
            4501,
            "ERR-CODE: [TDDL-4501][ERR_OPTIMIZER] the statement needs more than %d rows or %d bytes to be copied to one"
                    + " instance; EXPLAIN shows why"),
    COLLECT_LIMIT(
            1038,
            "HY001",
            4501,
            "ERR-CODE: [TDDL-4501][ERR_OPTIMIZER] the statement changes or inserts rows of more than %d bytes, which can't be"
                    + " held in memory; change fewer rows at once"),
    UNKNOWN_SEQUENCE(4091, "42S02", 0, "Unknown SEQUENCE: '%s'"),
    SEQUENCE_RUN_OUT(4084, "HY000", 0, "Sequence '%s.%s' has run out"),
    SEQUENCE_INVALID(4085, "HY000", 0, "Sequence '%s' has out of range value for options"),
    CURSOR_LIMIT(
            1041,
            "HY000",
            4501,
            "ERR-CODE: [TDDL-4501][ERR_OPTIMIZER] a cursor's rows need more than %d bytes on disk; raise limits.cursor-spool"
                    + " or read without a cursor"),
    CASE_NOT_FOUND(1339, "20000", 0, "Case not found for CASE statement"),
    CURSOR_ALREADY_OPEN(1325, "24000", 0, "Cursor is already open"),
    CURSOR_NOT_OPEN(1326, "24000", 0, "Cursor is not open"),
    CURSOR_PARAMETERS(4107, "HY000", 0, "Incorrect parameter count to cursor '%s'"),
    WRONG_NUMBER_OF_FETCH(1328, "HY000", 0, "Incorrect number of FETCH variables"),
    FETCH_NO_DATA(1329, "02000", 0, "No data - zero rows fetched, selected, or processed"),
    TOO_MANY_ROWS(1172, "42000", 0, "Result consisted of more than one row"),
    DIFFERENT_COLUMN_COUNT(1222, "21000", 0, "The used SELECT statements have a different number of columns"),
    UNDECLARED_VARIABLE(1327, "42000", 0, "Undeclared variable: %s"),
    RESIGNAL_WITHOUT_HANDLER(1645, "0K000", 0, "RESIGNAL when handler not active"),
    NO_STACKED_DIAGNOSTICS(1887, "0Z002", 0, "GET STACKED DIAGNOSTICS when handler not active"),
    INVALID_CONDITION_NUMBER(1758, "35000", 0, "Invalid condition number"),
    WRONG_VALUE_FOR_VARIABLE(1231, "42000", 0, "Variable '%s' can't be set to the value of '%s'"),
    WRONG_NUMBER_OF_ARGUMENTS(1318, "42000", 0, "Incorrect number of arguments for %s %s; expected %d, got %d"),
    NOT_A_VARIABLE(
            1414,
            "42000",
            0,
            "OUT or INOUT argument %d for routine %s is not a variable or NEW pseudo-variable in BEFORE trigger"),
    RECURSIVE_FUNCTION(1424, "HY000", 0, "Recursive stored functions and triggers are not allowed"),
    RECURSION_LIMIT(
            1456,
            "HY000",
            0,
            "Recursive limit %d (as set by the max_sp_recursion_depth variable) was exceeded for routine %s"),
    NO_RETURN(1321, "2F005", 0, "FUNCTION %s ended without RETURN"),
    NO_OPEN_CURSOR(1421, "HY000", 0, "The statement (%d) has no open cursor."),
    INEXACT_COPY(1105, "HY000", 4501, "ERR-CODE: [TDDL-4501][ERR_OPTIMIZER] a table can't be copied exactly: %s"),
    /** SQLSTATE 08007 is the standard's "transaction resolution unknown". */
    OUTCOME_UNKNOWN(
            4614,
            "08007",
            4614,
            "ERR-CODE: [TDDL-4614][ERR_EXECUTE_ON_MYSQL] group %s was lost while it committed: the transaction has been"
                    + " committed or rolled back as a whole, which of them is not known yet; %s"),
    LOCK_WAIT_TIMEOUT(1205, "HY000", 0, "Lock wait timeout exceeded; try restarting transaction"),
    UNKNOWN_STATEMENT_HANDLER(1243, "HY000", 0, "Unknown prepared statement handler (%s) given to %s"),
    QUERY_INTERRUPTED(1317, "70100", 0, "Query execution was interrupted"),
    PARTITION_COLUMN_UNKNOWN(1488, "HY000", 0, "Field in list of fields for partition function not found in table"),
    PARTITION_CONSTANT(
            1486,
            "HY000",
            0,
            "Constant, random or timezone-dependent expressions in (sub)partitioning function are not allowed"),
    PARTITIONS_NOT_DEFINED(1492, "HY000", 0, "For %s partitions each partition must be defined"),
    RANGE_NOT_INCREASING(1493, "HY000", 0, "VALUES LESS THAN value must be strictly increasing for each partition"),
    WRONG_NUMBER_OF_PARTITIONS(1484, "HY000", 0, "Wrong number of partitions defined, mismatch with previous setting"),
    LIST_CONSTANT_TWICE(1495, "HY000", 0, "Multiple definition of same constant in list partitioning"),
    TOO_MANY_PARTITIONS(1499, "HY000", 0, "Too many partitions (including subpartitions) were defined"),
    NO_PARTITIONS(1504, "HY000", 0, "Number of %s = 0 is not an allowed value"),
    DUPLICATE_PARTITION_NAME(1517, "HY000", 0, "Duplicate partition name %s"),
    PARTITION_FUNCTION_TYPE(1564, "HY000", 0, "This partition function is not allowed"),
    PARTITION_COLUMN_LIST(1653, "HY000", 0, "Inconsistency in usage of column lists for partitioning"),
    PARTITION_COLUMN_VALUES(1654, "HY000", 0, "Partition column values of incorrect type"),
    PARTITION_VALUES_TYPE(1697, "HY000", 0, "VALUES value for partition '%s' must have type INT"),
    NO_PARTITION_FOR_VALUE(1526, "HY000", 0, "Table has no partition for value %s"),
    BAD_SHARDING_RULE(1105, "HY000", 4500, "ERR-CODE: [TDDL-4500][ERR_PARSER] %s"),
    OUT_OF_RANGE(167, "22003", 0, "Out of range value for column '%s' at row %d"),
    AUTO_INCREMENT_FAILED(1467, "HY000", 0, "Failed to read auto-increment value from storage engine"),
    TRUNCATE_PARENT(1701, "42000", 0, "Cannot truncate a table referenced in a foreign key constraint (%s)"),
    ROW_IS_REFERENCED(1451, "23000", 0, "Cannot delete or update a parent row: a foreign key constraint fails"),
    NO_MATCHING_USER(1133, "28000", 0, "Can't find any matching row in the user table"),
    NO_SUCH_GRANT(1141, "42000", 0, "There is no such grant defined for user '%s' on host '%s'"),
    PRIVILEGE_MISSING(
            1227, "42000", 0, "Access denied; you need (at least one of) the %s privilege(s) for this operation"),
    PASSWORD_HASH(1372, "HY000", 0, "Password hash should be a 41-digit hexadecimal number"),
    USER_OPERATION_FAILED(1396, "HY000", 0, "Operation %s failed for %s"),
    PLUGIN_NOT_LOADED(1524, "HY000", 0, "Plugin '%s' is not loaded"),
    NAME_TOO_LONG(1059, "42000", 0, "Identifier name '%s' is too long"),
    WRONG_OBJECT(1347, "HY000", 0, "'%s.%s' is not of type '%s'"),
    IS_A_VIEW(1965, "42S02", 0, "'%s.%s' is a view"),
    UNKNOWN_VIEW(4092, "42S02", 0, "Unknown VIEW: '%s'"),
    NO_SUCH_ROUTINE(1305, "42000", 4998, "%s %s does not exist"),
    NESTED_TOO_DEEPLY(1436, "HY000", 0, "Thread stack overrun: the statement is nested too deeply"),
    MALFORMED_PACKET(1835, "HY000", 0, "Malformed communication packet"),
    INSTANCE_UNAVAILABLE(1105, "HY000", 4100, "ERR-CODE: [TDDL-4100][ERR_ATOM_NOT_AVALILABLE] %s"),
    INSTANCE_LOST(1105, "HY000", 4614, "ERR-CODE: [TDDL-4614][ERR_EXECUTE_ON_MYSQL] %s"),
    /** SQLSTATE's class 40 tells clients that the whole transaction is gone and can be tried again. */
    ROLLED_BACK(
            1402,
            "40000",
            4614,
            "ERR-CODE: [TDDL-4614][ERR_EXECUTE_ON_MYSQL] the transaction has been rolled back, since %s"),
    SHARD_KEY_CHANGE(1105, "HY000", 4506, "ERR-CODE: [TDDL-4506][ERR_MODIFY_SHARD_COLUMN] %s"),
    THROTTLED(
            1105,
            "HY000",
            9301,
            "ERR-CODE: [TDDL-9301][ERR_CCL_REJECTED] more than %s statements at once on a node are refused by the rule %s"),
    NO_SUCH_DEFERRED(1105, "HY000", 4910, "ERR-CODE: [TDDL-4910][ERR_DEFERRED] There is no deferred statement %d"),
    NOT_FLEXIBLE(
            1235,
            "42000",
            4915,
            "ERR-CODE: [TDDL-4915][ERR_FLEXIBLE] the statement can't be in a FLEXIBLE transaction: %s"),
    POLICY_IN_TRANSACTION(
            1568, "25001", 0, "drds_transaction_policy can't be changed while a transaction is in progress"),
    UNDO_CONFLICT(
            1105, "HY000", 4914, "ERR-CODE: [TDDL-4914][ERR_FLEXIBLE] A row is not as it was left (%d rows found): %s"),
    BAD_TOPIC(
            1105,
            "HY000",
            4913,
            "ERR-CODE: [TDDL-4913][ERR_MESSAGE] A topic's name has 1 to 249 letters, digits, '.', '_' and '-', unlike '%s'"),
    DEFERRED_PENDING(
            1205,
            "HY000",
            4911,
            "ERR-CODE: [TDDL-4911][ERR_DEFERRED] %d deferred statements of this session are still to be run"),
    DEFERRED_PARKED(
            1105,
            "HY000",
            4912,
            "ERR-CODE: [TDDL-4912][ERR_DEFERRED] %d deferred statements of this session could not be run and are parked; SHOW DEFERRED tells more"),
    JOB_REFUSED(1105, "HY000", 9401, "ERR-CODE: [TDDL-9401][ERR_JOB] %s"),
    BAD_HINT(1105, "HY000", 4509, "ERR-CODE: [TDDL-4509][ERR_IN_HINT] %s"),
    NOT_SUPPORTED(
            1235,
            "42000",
            4998,
            "ERR-CODE: [TDDL-4998][ERR_NOT_SUPPORT] This version of DRDS doesn't yet support '%s'");

    private final int number;
    private final String sqlState;
    private final int drdsCode;
    private final String text;

    ErrorCode(int number, String sqlState, int drdsCode, String text) {
        this.number = number;
        this.sqlState = sqlState;
        this.drdsCode = drdsCode;
        this.text = text;
    }

    /** The error with its text's places filled in. */
    public SqlError with(Object... arguments) {
        return new SqlError(number, sqlState, String.format(Locale.ROOT, text, arguments));
    }

    public int number() {
        return number;
    }

    public String sqlState() {
        return sqlState;
    }

    /** The code that users of DRDS know, or 0. */
    public int drdsCode() {
        return drdsCode;
    }
}
