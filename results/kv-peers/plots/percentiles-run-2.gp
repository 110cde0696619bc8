# Run in this directory: gnuplot percentiles-run-2.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'percentiles-run-2.svg'
set datafile separator comma
set title 'Latency by percentile, part 2' font ',16' noenhanced
set label 1 'plots/percentiles-run-2.csv   |   run kv-peers-20261123T003307Z   |   28 histograms, merged per cell' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key at screen 0.6877777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.6777777778
set logscale y 10
set yrange [6.864375:108632.472]
set ytics ('10' 10, '100' 100, '1k' 1000, '10k' 10000, '100k' 100000)
set ylabel 'latency (us)' noenhanced
set logscale x 10
set xrange [2:331236.8197]
set xtics ('50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000, '99.99 %%' 10000, '99.999 %%' 100000)
set xlabel 'percentile' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
plot 'percentiles-run-2.csv' skip 1 using 4:($1==0?$5:NaN) with lines linecolor rgb '#0072B2' linewidth 2 title 'rocksdb, always,…1, outstanding 64' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==1?$5:NaN) with lines linecolor rgb '#E69F00' linewidth 2 title 'rocksdb, always,…64, outstanding 1' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==2?$5:NaN) with lines linecolor rgb '#009E73' linewidth 2 title 'rocksdb, never, … 1, outstanding 1' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==3?$5:NaN) with lines linecolor rgb '#D55E00' linewidth 2 title 'rocksdb, never, …1, outstanding 64' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==4?$5:NaN) with lines linecolor rgb '#CC79A7' linewidth 2 title 'rocksdb, never, …64, outstanding 1' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==5?$5:NaN) with lines linecolor rgb '#56B4E9' linewidth 2 title 'sqlite-wal, alwa… 1, outstanding 1' noenhanced, \
     'percentiles-run-2.csv' skip 1 using 4:($1==6?$5:NaN) with lines linecolor rgb '#000000' linewidth 2 title 'sqlite-wal, alwa…1, outstanding 64' noenhanced
