package drds.mysql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names in column definitions (and in errors' texts) that are to be put back from physical to logical. One value is made for
 * a plan and kept: pass-through remembers, for each, the last block of column definitions and what it became.
 */
public final class ColumnRewrite {
    /** Nothing to put back. */
    public static final ColumnRewrite NONE = new ColumnRewrite(List.of());

    /** Physical schema and table, and what the client calls them. */
    public record Renaming(String schema, String table, String logicalSchema, String logicalTable) {}

    private final List<Renaming> renamings;
    private volatile Block lastWithEof = Block.NOTHING;
    private volatile Block lastWithoutEof = Block.NOTHING;

    /**
     * A block of column definitions as it came and as it went.
     *
     * @param firstSequence the number of the first packet that went
     * @param packets how many went
     */
    record Block(byte[] from, byte[] to, int firstSequence, int packets) {
        static final Block NOTHING = new Block(new byte[0], new byte[0], 0, 0);

        boolean matches(ByteBuf block, int sequence) {
            return block.readableBytes() == from.length
                    && sequence == firstSequence
                    && block.equals(Unpooled.wrappedBuffer(from));
        }
    }

    public ColumnRewrite(List<Renaming> renamings) {
        this.renamings = List.copyOf(renamings);
    }

    public boolean isEmpty() {
        return renamings.isEmpty();
    }

    /** The definition with logical names; the table's alias stays unless it is the physical name itself. */
    public ColumnDefinition apply(ColumnDefinition column) {
        Renaming renaming = find(column.schema(), column.orgTable());
        if (renaming == null) {
            return column;
        }
        String alias = column.table().equals(renaming.table()) ? renaming.logicalTable() : column.table();
        return column.withNames(renaming.logicalSchema(), alias, renaming.logicalTable());
    }

    @Nullable
    Renaming find(String schema, String orgTable) {
        for (Renaming renaming : renamings) {
            if (orgTable.equals(renaming.table()) && schema.equals(renaming.schema())) {
                return renaming;
            }
        }
        return null;
    }

    /** An error's text with logical names. */
    public String apply(String message) {
        String text = message;
        for (Renaming r : renamings) {
            text = text.replace(
                            "`" + r.schema() + "`.`" + r.table() + "`",
                            "`" + r.logicalSchema() + "`.`" + r.logicalTable() + "`")
                    .replace(r.schema() + "." + r.table(), r.logicalSchema() + "." + r.logicalTable());
            if (!r.table().equals(r.logicalTable())) {
                text = text.replace("'" + r.table() + "'", "'" + r.logicalTable() + "'")
                        .replace("'" + r.table() + ".", "'" + r.logicalTable() + ".")
                        .replace("`" + r.table() + ".", "`" + r.logicalTable() + ".");
            }
        }
        // Beside the table's own name an alias may stand; the schema is looked for when no table's name needs it any
        // more.
        for (Renaming r : renamings) {
            text = text.replace("`" + r.schema() + "`.", "`" + r.logicalSchema() + "`.")
                    .replace("'" + r.schema() + ".", "'" + r.logicalSchema() + ".");
        }
        return text;
    }

    Block lastBlock(boolean deprecateEof) {
        return deprecateEof ? lastWithoutEof : lastWithEof;
    }

    void remember(boolean deprecateEof, Block block) {
        if (deprecateEof) {
            lastWithoutEof = block;
        } else {
            lastWithEof = block;
        }
    }
}
