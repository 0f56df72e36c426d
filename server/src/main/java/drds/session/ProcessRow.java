package drds.session;

import drds.parser.ParserModes;
import drds.parser.SqlText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One session as SHOW PROCESSLIST shows it; {@code info} is the running statement's text. */
record ProcessRow(
        long id,
        String user,
        String host,
        @Nullable String database,
        String command,
        long seconds,
        long millis,
        String state,
        @Nullable String info) {

    /** All rows with the columns and types of information_schema.PROCESSLIST, as a derived table without alias. */
    static String asDerivedTable(List<ProcessRow> rows, ParserModes modes) {
        StringBuilder sql = new StringBuilder("(SELECT * FROM information_schema.PROCESSLIST WHERE 0");
        for (ProcessRow row : rows) {
            sql.append(" UNION ALL SELECT ").append(row.id);
            sql.append(", ").append(SqlText.string(row.user, modes));
            sql.append(", ").append(SqlText.string(row.host, modes));
            sql.append(", ").append(literal(row.database, modes));
            sql.append(", ").append(SqlText.string(row.command, modes));
            sql.append(", ").append(row.seconds);
            sql.append(", ").append(SqlText.string(row.state, modes));
            sql.append(", ").append(literal(row.info, modes));
            sql.append(", ").append(row.millis).append(".000, 0, 0, 0.000, 0, 0, 0, 0, 0, ");
            sql.append(literal(row.info, modes)).append(", 0");
        }
        return sql.append(')').toString();
    }

    private static String literal(@Nullable String value, ParserModes modes) {
        return value == null ? "NULL" : SqlText.string(value, modes);
    }
}
