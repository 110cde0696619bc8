# Run in this directory: gnuplot syncs.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'syncs.svg'
set datafile separator comma
set title 'Syncs for each write' font ',16' noenhanced
set label 1 'plots/syncs.csv   |   run sync-policies-20261122T175718Z   |   medians of 11 rounds, bars: 95 % interval   |   4 zeros not shown on a logarithmic axis' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'clients' at screen 0.8977777778,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8877777778
set logscale y 10
set yrange [0.0001:1.6]
set ytics ('0.0001' 0.0001, '0.001' 0.001, '0.01' 0.01, '0.1' 0.1, '1' 1)
set ylabel 'syncs per op (syncs/op)' noenhanced
unset logscale x
set xrange [-0.6:4.6]
set xtics ('always' 0, 'grouped:500us:256KiB' 1, 'periodic:1s' 2, 'every:1MiB' 3, 'never' 4)
set xlabel 'sync policy' noenhanced
set xtics rotate by 30 right
set bmargin at screen 0.2888888889
set xlabel offset 0,0.3
set boxwidth 0.368
set style fill solid 1.0 noborder
plot 'syncs.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title '1' noenhanced, \
     'syncs.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'syncs.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title '16' noenhanced, \
     'syncs.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
