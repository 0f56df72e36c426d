package drds.analyzer;

import java.util.Locale;
import java.util.Set;

/** What is known of functions by their names. What isn't listed here may do anything. */
final class Functions {
    /** The moment of the statement: the same wherever the session's {@code timestamp} is the same. */
    private static final Set<String> CLOCK = Set.of(
            "NOW",
            "CURRENT_TIMESTAMP",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "CURDATE",
            "CURRENT_DATE",
            "CURTIME",
            "CURRENT_TIME",
            "UTC_DATE",
            "UTC_TIME",
            "UTC_TIMESTAMP");

    /** Functions whose value depends on their arguments (and session variables) alone. */
    private static final Set<String> PURE = Set.of((""
                    // numbers
                    + "ABS ACOS ASIN ATAN ATAN2 CEIL CEILING CONV COS COT CRC32 CRC32C DEGREES EXP FLOOR FORMAT GREATEST HEX "
                    + "LEAST LN LOG LOG10 LOG2 MOD OCT PI POW POWER RADIANS ROUND SIGN SIN SQRT TAN TRUNCATE BIN BIT_COUNT "
                    // text
                    + "ASCII BIT_LENGTH CHAR_LENGTH CHARACTER_LENGTH CHR CONCAT CONCAT_WS ELT EXPORT_SET FIELD FIND_IN_SET "
                    + "FROM_BASE64 INSERT INSTR LCASE LEFT LENGTH LENGTHB LOCATE LOWER LPAD LTRIM MAKE_SET MID OCTET_LENGTH "
                    + "ORD POSITION QUOTE REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR REPEAT REPLACE REVERSE RIGHT "
                    + "RPAD RTRIM SOUNDEX SPACE STRCMP SUBSTR SUBSTRING SUBSTRING_INDEX TO_BASE64 TRIM UCASE UNHEX UPPER "
                    + "WEIGHT_STRING CHARSET COERCIBILITY COLLATION MD5 SHA SHA1 SHA2 COMPRESS UNCOMPRESS UNCOMPRESSED_LENGTH "
                    + "AES_ENCRYPT AES_DECRYPT "
                    // time
                    + "ADDDATE ADDTIME CONVERT_TZ DATE DATE_ADD DATE_FORMAT DATE_SUB DATEDIFF DAY DAYNAME DAYOFMONTH "
                    + "DAYOFWEEK DAYOFYEAR FROM_DAYS FROM_UNIXTIME HOUR LAST_DAY MAKEDATE MAKETIME MICROSECOND MINUTE MONTH "
                    + "MONTHNAME PERIOD_ADD PERIOD_DIFF QUARTER SEC_TO_TIME SECOND STR_TO_DATE SUBDATE SUBTIME TIME "
                    + "TIME_FORMAT TIME_TO_SEC TIMEDIFF TIMESTAMP TO_DAYS TO_SECONDS WEEK WEEKDAY WEEKOFYEAR YEAR YEARWEEK "
                    // choice and comparison
                    + "COALESCE IF IFNULL NULLIF NVL NVL2 ISNULL INTERVAL DECODE "
                    // JSON
                    + "JSON_ARRAY JSON_ARRAY_APPEND JSON_ARRAY_INSERT JSON_COMPACT JSON_CONTAINS JSON_CONTAINS_PATH "
                    + "JSON_DEPTH JSON_DETAILED JSON_EQUALS JSON_EXISTS JSON_EXTRACT JSON_INSERT JSON_KEYS JSON_LENGTH "
                    + "JSON_LOOSE JSON_MERGE JSON_MERGE_PATCH JSON_MERGE_PRESERVE JSON_NORMALIZE JSON_OBJECT "
                    + "JSON_OVERLAPS JSON_PRETTY JSON_QUERY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SEARCH JSON_SET "
                    + "JSON_TYPE JSON_UNQUOTE JSON_VALID JSON_VALUE "
                    // addresses and identifiers
                    + "INET_ATON INET_NTOA INET6_ATON INET6_NTOA IS_IPV4 IS_IPV6 UUID_TO_BIN BIN_TO_UUID IS_UUID "
                    + "DATABASE SCHEMA "
                    // aggregates and windows
                    + "COUNT SUM AVG MIN MAX BIT_AND BIT_OR BIT_XOR STD STDDEV STDDEV_POP STDDEV_SAMP VAR_POP VAR_SAMP "
                    + "VARIANCE GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST "
                    + "NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE ANY_VALUE MEDIAN PERCENTILE_CONT PERCENTILE_DISC")
            .split(" "));

    /** Built-in functions that depend on chance, on the connection or on the server, or that do something. */
    private static final Set<String> BUILT_IN = Set.of(
            "RAND",
            "UUID",
            "UUID_SHORT",
            "UUID_V4",
            "UUID_V7",
            "SYS_GUID",
            "SYSDATE",
            "RANDOM_BYTES",
            "SLEEP",
            "BENCHMARK",
            "GET_LOCK",
            "RELEASE_LOCK",
            "RELEASE_ALL_LOCKS",
            "IS_FREE_LOCK",
            "IS_USED_LOCK",
            "LAST_INSERT_ID",
            "FOUND_ROWS",
            "ROW_COUNT",
            "CONNECTION_ID",
            "USER",
            "CURRENT_USER",
            "SESSION_USER",
            "SYSTEM_USER",
            "CURRENT_ROLE",
            "VERSION");

    private Functions() {}

    /** Whether every instance has the function: it's no stored one. */
    static boolean isBuiltIn(String name, int arguments) {
        return BUILT_IN.contains(name.toUpperCase(Locale.ROOT)) || isPure(name, arguments) || isClock(name, arguments);
    }

    static boolean isClock(String name, int arguments) {
        String upper = name.toUpperCase(Locale.ROOT);
        return CLOCK.contains(upper) || upper.equals("UNIX_TIMESTAMP") && arguments == 0;
    }

    static boolean isPure(String name, int arguments) {
        String upper = name.toUpperCase(Locale.ROOT);
        return PURE.contains(upper) || upper.equals("UNIX_TIMESTAMP") && arguments > 0;
    }
}
