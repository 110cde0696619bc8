# Run in this directory: gnuplot latency-p99.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'latency-p99.svg'
set datafile separator comma
set title '99th percentile of latency' font ',16' noenhanced
set label 1 'plots/latency-p99.csv   |   run kv-peers-20261123T003307Z   |   medians of 4 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'sync policy, clients, outstanding' at screen 0.6955555556,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.6855555556
set logscale y 10
set yrange [10:635437.0544]
set ytics ('10' 10, '100' 100, '1k' 1000, '10k' 10000, '100k' 100000)
set ylabel 'latency p99 (us)' noenhanced
unset logscale x
set xrange [-0.6:3.6]
set xtics ('kv' 0, 'rocksdb' 1, 'sqlite-wal' 2, 'lmdb' 3)
set xlabel 'system' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.1226666667
set style fill solid 1.0 noborder
plot 'latency-p99.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'always, clients 1, outstanding 1' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'always, clients 1, outstanding 64' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==2?$11:NaN):7 with boxes linecolor rgb '#009E73' fillstyle solid 1.0 noborder title 'always, clients 64, outstanding 1' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==3?$11:NaN):7 with boxes linecolor rgb '#D55E00' fillstyle solid 1.0 noborder title 'never, clients 1, outstanding 1' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==4?$11:NaN):7 with boxes linecolor rgb '#CC79A7' fillstyle solid 1.0 noborder title 'never, clients 1, outstanding 64' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==4?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==5?$11:NaN):7 with boxes linecolor rgb '#56B4E9' fillstyle solid 1.0 noborder title 'never, clients 64, outstanding 1' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==5?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
