package drds.executor;

import drds.executor.merge.Row;
import drds.mysql.InnerAnswer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a SELECT that feeds a table: each as SQL literals. */
abstract class RowSink extends InnerAnswer {
    /** A row that the SELECT gave. */
    abstract void add(String[] literals);

    private void add(Row row) {
        String[] literals = new String[columns().size()];
        for (int i = 0; i < literals.length; i++) {
            literals[i] = ValueText.of(row, i, columns().get(i));
        }
        add(literals);
    }

    @Override
    public void row(ByteBuf payload) {
        Row row = binary()
                ? new Row.Binary(payload, columns())
                : new Row.Text(payload, columns().size());
        try {
            add(row);
        } finally {
            row.release();
        }
    }

    @Override
    public void textRow(byte[] @Nullable ... values) {
        add(new Row.Made(values));
    }

    @Override
    public void ok(long affectedRows, long lastInsertId, int status, int warnings, String info) {
        throw new IllegalStateException("OK where rows were expected");
    }

    /** The protocol that has all values whole, FLOAT too. */
    @Override
    public boolean binary() {
        return true;
    }

    /** None: they are not counted for anybody. */
    @Override
    public long rows() {
        return 0;
    }
}
