# Run in this directory: gnuplot latency-p99.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'latency-p99.svg'
set datafile separator comma
set title '99th percentile of latency by sync policy' font ',16' noenhanced
set label 1 'plots/latency-p99.csv   |   run sync-policies-20261122T175718Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'clients' at screen 0.8977777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8877777778
set logscale y 10
set yrange [1:3167.0256]
set ytics ('1' 1, '10' 10, '100' 100, '1k' 1000)
set ylabel 'latency p99 (us)' noenhanced
unset logscale x
set xrange [-0.6:4.6]
set xtics ('always' 0, 'grouped:500us:256KiB' 1, 'periodic:1s' 2, 'every:1MiB' 3, 'never' 4)
set xlabel 'sync policy' noenhanced
set xtics rotate by 30 right
set bmargin at screen 0.2888888889
set xlabel offset 0,0.3
set boxwidth 0.368
set style fill solid 1.0 noborder
plot 'latency-p99.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '1' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'latency-p99.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title '16' noenhanced, \
     'latency-p99.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
