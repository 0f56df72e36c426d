-- Statements that insert many rows, with generated ids.
require("oltp_common")

sysbench.cmdline.options.rows_a_statement = {"Rows of one INSERT", 1000}

function prepare_statements()
end

function event()
   local c = get_c_value()
   local pad = get_pad_value()
   local rows = {}
   for i = 1, sysbench.opt.rows_a_statement do
      rows[i] = string.format("(%d, '%s', '%s')", sysbench.rand.default(1, sysbench.opt.table_size), c, pad)
   end
   con:query(string.format("INSERT INTO sbtest%d (k, c, pad) VALUES %s",
                           sysbench.rand.uniform(1, sysbench.opt.tables), table.concat(rows, ",")))
end
