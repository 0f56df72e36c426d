package drds.session;

import drds.parser.ParserModes;
import drds.parser.ShowStatement;
import drds.parser.SqlText;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The SHOW statements that the home instance answers, in the text that makes it answer for the logical databases. */
final class ShowSql {
    private final InformationSchema schema;
    private final Supplier<List<ProcessRow>> processes;
    private final ParserModes modes;

    ShowSql(InformationSchema schema, Supplier<List<ProcessRow>> processes, ParserModes modes) {
        this.schema = schema;
        this.processes = processes;
        this.modes = modes;
    }

    /** @param source the text that the statement was parsed from */
    String textFor(ShowStatement show, String source) {
        return switch (show.kind()) {
            case DATABASES -> databases(show, source);
            case PROCESSLIST -> processList(show, source);
            default -> show.text(source);
        };
    }

    private String databases(ShowStatement show, String source) {
        String like = show.like() == null ? null : show.like().value();
        String heading = like == null ? "Database" : "Database (" + like + ")";
        String sql = "SELECT SCHEMA_NAME AS " + SqlText.identifier(heading) + " FROM information_schema.SCHEMATA WHERE "
                + schema.visible("SCHEMA_NAME");
        if (like != null) {
            sql += " AND SCHEMA_NAME LIKE " + SqlText.string(like, modes);
        }
        return filtered(sql, show, source) + " ORDER BY 1";
    }

    private String processList(ShowStatement show, String source) {
        String info = show.full() ? "INFO" : "LEFT(INFO, 100)";
        String sql =
                "SELECT ID AS `Id`, USER AS `User`, HOST AS `Host`, DB AS `db`, COMMAND AS `Command`, TIME AS `Time`,"
                        + " STATE AS `State`, " + info + " AS `Info`, PROGRESS AS `Progress` FROM "
                        + ProcessRow.asDerivedTable(processes.get(), modes) + " AS p";
        return filtered(sql, show, source) + " ORDER BY 1";
    }

    private static String filtered(String sql, ShowStatement show, String source) {
        return show.where() == null
                ? sql
                : "SELECT * FROM (" + sql + ") AS t " + show.where().text(source);
    }

    /** The schema whose content the statement asks about, null if it names none. */
    static @Nullable String namedSchema(ShowStatement show) {
        if (show.kind() == ShowStatement.Kind.CREATE_DATABASE) {
            return show.object() == null ? null : show.object().name().text();
        }
        if (show.schema() != null) {
            return show.schema().text();
        }
        return show.object() == null || show.object().schema() == null
                ? null
                : show.object().schema().text();
    }
}
