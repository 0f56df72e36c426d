package drds.atom;

import drds.mysql.ColumnDefinition;
import java.util.List;

/** A statement prepared on one backend connection. */
public record Prepared(
        int id, String sql, List<ColumnDefinition> parameters, List<ColumnDefinition> columns, int warnings) {}
