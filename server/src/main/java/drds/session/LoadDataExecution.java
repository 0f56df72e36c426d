package drds.session;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.executor.PlacedInsert;
import drds.mysql.Capabilities;
import drds.mysql.PacketChannel;
import drds.mysql.ResultWriter;
import drds.mysql.StatementCharset;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Identifier;
import drds.parser.LoadData;
import drds.parser.ParsedStatement;
import drds.parser.SqlText;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * LOAD DATA LOCAL: the client's file is read as a stream and inserted in batches, all in one transaction. Values are converted as
 * an INSERT IGNORE does, which is what LOCAL means in MySQL too.
 */
final class LoadDataExecution {
    private static final int SEND_FILE = 0xfb;

    private final Session session;
    private final Dispatch dispatch;

    LoadDataExecution(Session session, Dispatch dispatch) {
        this.session = session;
        this.dispatch = dispatch;
    }

    boolean run(ParsedStatement parsed, LoadData load, ResultWriter out) {
        if (!load.local() || load.xml()) {
            throw ErrorCode.NOT_SUPPORTED.with(load.xml() ? "LOAD XML" : "LOAD DATA without LOCAL");
        }
        if ((session.client().capabilities() & Capabilities.LOCAL_FILES) == 0) {
            throw new SqlError(
                    4166,
                    "HY000",
                    "The used command is not allowed because the MariaDB server or client has disabled the local infile"
                            + " capability");
        }
        Loading loading = new Loading(parsed, load);
        ClientFile file = new ClientFile(out.channel(), load.file());
        DelimitedReader reader = new DelimitedReader(loading.format, file::next);
        LoadedBatches lines = new LoadedBatches(reader, loading.layout());
        Supplier<LoadedBatches.@Nullable Batch> source = () -> {
            if (!file.begun) {
                reader.skipLines(load.ignoreLines());
            }
            return lines.next();
        };
        try (ReadAhead<LoadedBatches.Batch> batches =
                new ReadAhead<>(session.client().loop(), source, file::readToEnd)) {
            session.transaction().atomically(() -> {
                loading.insertAll(batches);
                return null;
            });
        }
        String info = "Records: %d  Deleted: %d  Skipped: %d  Warnings: %d"
                .formatted(loading.records, loading.deleted(), loading.skipped(), loading.warnings);
        session.diagnostics().changed(loading.affected, loading.lastInsertId);
        out.ok(loading.affected, loading.lastInsertId, session.status(), (int) loading.warnings, info);
        return true;
    }

    /** The file as the client sends it: packets until an empty one. */
    private static final class ClientFile {
        private final PacketChannel channel;
        private boolean begun;
        private boolean ended;

        ClientFile(PacketChannel channel, String name) {
            this.channel = channel;
            channel.begin().writeByte(SEND_FILE).writeBytes(name.getBytes(StandardCharsets.UTF_8));
            channel.end();
            channel.flush();
        }

        byte @Nullable [] next() {
            if (ended) {
                return null;
            }
            begun = true;
            ByteBuf packet = channel.readPacket();
            if (packet == null) {
                ended = true;
                throw new ConnectionLostException("the client ended inside its file", false);
            }
            try {
                byte[] bytes = new byte[packet.readableBytes()];
                packet.readBytes(bytes);
                ended = bytes.length == 0;
                return ended ? null : bytes;
            } finally {
                packet.release();
            }
        }

        /** The answer can be sent only when the client has sent everything. */
        void readToEnd() {
            while (!ended) {
                next();
            }
        }
    }

    /** One statement's work. */
    private final class Loading {
        private final ParsedStatement parsed;
        private final LoadData load;
        private final DelimitedReader.Format format;
        private final StatementCharset charset;
        private final List<Expression> targets = new ArrayList<>();
        private final List<String> columns = new ArrayList<>();
        private final String head;
        private final boolean replace;
        private long records;
        private long affected;
        private long warnings;
        private long lastInsertId;

        Loading(ParsedStatement parsed, LoadData load) {
            this.parsed = parsed;
            this.load = load;
            this.replace = load.modifiers().contains(DataChange.Modifier.REPLACE);
            String schema = load.table().schema() == null
                    ? session.variables().database()
                    : load.table().schema().text();
            if (schema == null) {
                throw ErrorCode.NO_DATABASE_SELECTED.with();
            }
            Database database = session.catalog().database(schema);
            Table table =
                    database == null ? null : database.table(load.table().name().text());
            if (database == null || table == null) {
                throw ErrorCode.NO_SUCH_TABLE.with(schema, load.table().name().text());
            }
            this.charset = charset(load.charset(), database);
            this.format = format(load);
            addTargets(table);
            this.head = (replace ? "REPLACE" : "INSERT IGNORE") + " INTO " + SqlText.qualified(schema, table.name())
                    + " (" + String.join(", ", columns) + ") VALUES ";
        }

        private static StatementCharset charset(@Nullable Identifier named, Database database) {
            String name = named == null ? database.characterSet() : named.text();
            StatementCharset charset = StatementCharset.of(name);
            if (charset == null || !charset.asciiIsPlain()) {
                throw ErrorCode.NOT_SUPPORTED.with("LOAD DATA in the character set " + name);
            }
            return charset;
        }

        private DelimitedReader.Format format(LoadData statement) {
            LoadData.Fields fields = statement.fields();
            LoadData.Lines lines = statement.lines();
            String fieldEnd = fields == null || fields.terminatedBy() == null ? "\t" : fields.terminatedBy();
            String enclosed = fields == null || fields.enclosedBy() == null ? "" : fields.enclosedBy();
            String escape = fields == null || fields.escapedBy() == null ? "\\" : fields.escapedBy();
            String lineStart = lines == null || lines.startingBy() == null ? "" : lines.startingBy();
            String lineEnd = lines == null || lines.terminatedBy() == null ? "\n" : lines.terminatedBy();
            if (enclosed.length() > 1 || escape.length() > 1) {
                throw new SqlError(1083, "42000", "Field separator argument is not what is expected; check the manual");
            }
            if (fieldEnd.isEmpty()) {
                throw ErrorCode.NOT_SUPPORTED.with("LOAD DATA with fields of fixed size");
            }
            return new DelimitedReader.Format(
                    charset.encode(fieldEnd),
                    enclosed.isEmpty() ? -1 : enclosed.charAt(0),
                    escape.isEmpty() ? -1 : escape.charAt(0),
                    charset.encode(lineStart),
                    charset.encode(lineEnd.isEmpty() ? fieldEnd : lineEnd));
        }

        private void addTargets(Table table) {
            if (load.targets().isEmpty()) {
                for (Table.Column column : table.columns()) {
                    if (!column.generated() && !column.invisible()) {
                        columns.add(SqlText.identifier(column.name()));
                    }
                }
            }
            for (Expression target : load.targets()) {
                targets.add(target);
                if (!(target instanceof Expression.UserVariable)) {
                    columns.add(target.text(parsed.source()));
                }
            }
            for (DataChange.ColumnValue value : load.values()) {
                columns.add(value.column().text(parsed.source()));
            }
        }

        LoadedBatches.Layout layout() {
            return new LoadedBatches.Layout(
                    head,
                    columns.size(),
                    targets,
                    load.values(),
                    parsed.source(),
                    charset,
                    session.variables().modes());
        }

        void insertAll(ReadAhead<LoadedBatches.Batch> batches) {
            for (LoadedBatches.Batch batch = batches.next(); batch != null; batch = batches.next()) {
                for (LoadedBatches.Misfit misfit : batch.misfits()) {
                    warnings++;
                    session.diagnostics().warning(misfit.number(), misfit.message());
                }
                records += batch.rows();
                insert(batch.sql());
            }
        }

        private void insert(byte[] sql) {
            QuietAnswer answer = new QuietAnswer();
            PlacedInsert placed = session.placed(sql);
            if (placed == null) {
                dispatch.planned().run(dispatch.parse(StatementCharset.UTF8.decode(sql)), answer);
            } else {
                dispatch.planned().run(placed, answer);
            }
            affected += answer.affectedRows();
            warnings += answer.warnings();
            if (lastInsertId == 0) {
                lastInsertId = answer.lastInsertId();
            }
        }

        long deleted() {
            return replace ? affected - records : 0;
        }

        long skipped() {
            return replace ? 0 : records - affected;
        }
    }
}
