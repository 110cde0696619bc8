# Run in this directory: gnuplot durable-writes.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'durable-writes.svg'
set datafile separator comma
set title 'Random updates of 256 bytes' font ',16' noenhanced
set label 1 'plots/durable-writes.csv   |   run kv-peers-20261123T003307Z   |   medians of 4 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'sync policy, clients, outstanding' at screen 0.6955555556,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.6855555556
set logscale y 10
set yrange [1000:250880]
set ytics ('1k' 1000, '2k' 2000, '5k' 5000, '10k' 10000, '20k' 20000, '50k' 50000, '100k' 100000, '200k' 200000)
set ylabel 'throughput (ops/s)' noenhanced
unset logscale x
set xrange [-0.6:3.6]
set xtics ('kv' 0, 'rocksdb' 1, 'sqlite-wal' 2, 'lmdb' 3)
set xlabel 'system' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.1226666667
set style fill solid 1.0 noborder
plot 'durable-writes.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'always, clients 1, outstanding 1' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'durable-writes.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'always, clients 1, outstanding 64' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'durable-writes.csv' skip 1 using ($1==2?$11:NaN):7 with boxes linecolor rgb '#009E73' fillstyle solid 1.0 noborder title 'always, clients 64, outstanding 1' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'durable-writes.csv' skip 1 using ($1==3?$11:NaN):7 with boxes linecolor rgb '#D55E00' fillstyle solid 1.0 noborder title 'never, clients 1, outstanding 1' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'durable-writes.csv' skip 1 using ($1==4?$11:NaN):7 with boxes linecolor rgb '#CC79A7' fillstyle solid 1.0 noborder title 'never, clients 1, outstanding 64' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==4?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'durable-writes.csv' skip 1 using ($1==5?$11:NaN):7 with boxes linecolor rgb '#56B4E9' fillstyle solid 1.0 noborder title 'never, clients 64, outstanding 1' noenhanced, \
     'durable-writes.csv' skip 1 using ($1==5?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
