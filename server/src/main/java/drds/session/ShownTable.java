package drds.session;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.parser.Condition;
import drds.parser.Limit;
import drds.parser.Node;
import drds.parser.OrderBy;
import drds.parser.ParserModes;
import drds.parser.ShowStatement;
import drds.parser.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** WHERE, ORDER BY and LIMIT of DRDS's own SHOW statements: the home instance computes them, over the rows as a derived table. */
final class ShownTable {
    private final MemoryResult rows;
    private final ParserModes modes;

    ShownTable(MemoryResult rows, ParserModes modes) {
        this.rows = rows;
        this.modes = modes;
    }

    /** Whether all rows are shown as they are. */
    static boolean isWhole(ShowStatement show) {
        return show.where() == null && show.orderBy() == null && show.limit() == null;
    }

    /** The query for the rows that the statement asks for. @param source the text that it was parsed from */
    String query(ShowStatement show, String source) {
        return query(show.where(), show.orderBy(), show.limit(), source);
    }

    String query(@Nullable Condition where, @Nullable OrderBy orderBy, @Nullable Limit limit, String source) {
        StringBuilder sql = new StringBuilder("SELECT * FROM (").append(all()).append(") AS shown");
        for (Node clause : new Node[] {where, orderBy, limit}) {
            if (clause != null) {
                sql.append(' ').append(clause.text(source));
            }
        }
        return sql.toString();
    }

    private String all() {
        List<String> selects = new ArrayList<>();
        for (byte[] @Nullable [] row : rows.rows()) {
            StringJoiner items = new StringJoiner(", ", "SELECT ", "");
            for (int i = 0; i < row.length; i++) {
                items.add(literal(rows.columns().get(i), row[i]) + name(i, selects.isEmpty()));
            }
            selects.add(items.toString());
        }
        if (selects.isEmpty()) {
            StringJoiner items = new StringJoiner(", ", "SELECT ", " FROM DUAL WHERE FALSE");
            for (int i = 0; i < rows.columns().size(); i++) {
                items.add("NULL" + name(i, true));
            }
            return items.toString();
        }
        return String.join(" UNION ALL ", selects);
    }

    private String name(int column, boolean first) {
        return first ? " AS " + SqlText.identifier(rows.columns().get(column).name()) : "";
    }

    private String literal(ColumnDefinition column, byte @Nullable [] value) {
        if (value == null) {
            return "NULL";
        }
        String text = new String(value, java.nio.charset.StandardCharsets.UTF_8);
        return column.type() == FieldType.LONGLONG && text.matches("-?[0-9]+") ? text : SqlText.string(text, modes);
    }
}
